// A lane that one works in at a time, in order of arrival: work is checked and pushed while nobody of the same fleet moves main.

export class Lane {
  private line: Promise<unknown> = Promise.resolve();

  enter<T>(work: () => Promise<T>): Promise<T> {
    const result = this.line.then(work);
    this.line = result.catch(() => {});
    return result;
  }
}
