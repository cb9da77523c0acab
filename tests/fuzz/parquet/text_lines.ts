/** Text in pieces to text in lines. */
export class TextLineStream extends TransformStream<string, string> {
  constructor() {
    let rest: string[] = [];
    super({
      transform(piece, controller) {
        const lines = piece.split("\n");
        for (const line of lines.slice(0, -1)) {
          controller.enqueue(rest.join("") + line);
          rest = [];
        }
        rest.push(lines.at(-1)!);
      },
    });
  }
}
