export declare function nodeOf(major: number): Promise<string>;
