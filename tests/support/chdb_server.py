"""ClickHouse's HTTP interface, as far as Divvy uses it, over chdb: the current ClickHouse as a Python package.

python chdb_server.py PORT: answers on loopback until its standard input ends.
"""
import email
import sys
import tempfile
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs, urlsplit

from chdb import session

folder = tempfile.TemporaryDirectory()
db = session.Session(folder.name)
for setting in ("max_query_size = 100000000", "max_ast_elements = 10000000", "max_expanded_ast_elements = 10000000"):
    db.query(f"SET {setting}")


def run(sql):
    result = db.query(sql, "TabSeparated")
    return result.bytes() or b""


class Handler(BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def do_GET(self):
        self.answer(200, b"Ok.\n")

    def do_POST(self):
        settings = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
        body = self.rfile.read(int(self.headers["content-length"]))
        kind = self.headers.get("content-type", "")
        tables = []
        try:
            if kind.startswith("multipart/"):
                body = self.external(kind, body, settings, tables)
            for name, value in settings.items():
                if name.startswith("param_"):
                    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
                    run(f"SET {name} = '{escaped}'")
            self.answer(200, run(body.decode()))
        except Exception as error:
            self.answer(500, str(error).encode())
        finally:
            for table in tables:
                run(f"DROP TABLE IF EXISTS {table}")

    def external(self, kind, body, settings, tables):
        """Makes tables of what travels with the query, and returns the query."""
        message = email.message_from_bytes(b"content-type: " + kind.encode() + b"\r\n\r\n" + body)
        query = b""
        for part in message.get_payload():
            name = part.get_param("name", header="content-disposition")
            data = part.get_payload(decode=True)
            if name == "query":
                query = data
            else:
                tables.append(name)
                run(f"CREATE OR REPLACE TABLE {name} ({settings[name + '_structure']}) ENGINE = Memory")
                run(f"INSERT INTO {name} FORMAT TabSeparated\n{data.decode()}")
        return query

    def answer(self, status, body):
        self.send_response(status)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


server = HTTPServer(("127.0.0.1", int(sys.argv[1])), Handler)


def stop():
    sys.stdin.read()
    server.shutdown()


threading.Thread(target=stop, daemon=True).start()
server.serve_forever()
