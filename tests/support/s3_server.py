"""A server of S3 for tests: moto, which checks signatures, with the files of a folder in the bucket "drops".

usage: s3_server.py FOLDER; prints port, key and secret as JSON, and ends when its standard input does.
"""
import json
import os
import sys

files = sorted(os.listdir(sys.argv[1]))
# Requests that need no signature: those below.
os.environ["INITIAL_NO_AUTH_ACTION_COUNT"] = str(4 + len(files))

import boto3
from moto.server import ThreadedMotoServer

server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
server.start()
port = server.get_host_and_port()[1]


def client(name):
    return boto3.client(
        name,
        endpoint_url=f"http://127.0.0.1:{port}",
        region_name="us-east-1",
        aws_access_key_id="setup",
        aws_secret_access_key="setup",
    )


iam, s3 = client("iam"), client("s3")
iam.create_user(UserName="reader")
key = iam.create_access_key(UserName="reader")["AccessKey"]
allowed = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::drops/*"}
iam.put_user_policy(
    UserName="reader",
    PolicyName="read",
    PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [allowed]}),
)
s3.create_bucket(Bucket="drops")
for name in files:
    with open(os.path.join(sys.argv[1], name), "rb") as file:
        s3.put_object(Bucket="drops", Key=f"in/{name}", Body=file.read())
print(json.dumps({"port": port, "key": key["AccessKeyId"], "secret": key["SecretAccessKey"]}), flush=True)
sys.stdin.read()
os._exit(0)
