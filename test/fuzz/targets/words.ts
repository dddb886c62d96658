// Pieces of mail that mean something somewhere.
export const HEAD_WORDS: readonly string[] = [
  ...'a@example.com|<a@b.c>|Ann|, |; |: |"|\\|(|)|[|]|<|>|@|.|..|=|?|%00|xn--|bücher.example|日本|👨‍👩‍👧|é|\u0301|\u202e'.split(
    "|",
  ),
  ..."\r\n|\n|\r|\0|\t| |\x7f|\u2028|\ufeff|=?utf-8?Q?a?=|=?utf-8?B?YQ==?=|=?|?=|=?x?q?=0D=0A?=|group: a@b.c;|[127.0.0.1]".split(
    "|",
  ),
  ..."text/plain|; charset=utf-8|; name*0*=utf-8''%41|; filename=\"a\"|multipart/mixed; boundary=a|../|/|CON|a.pdf|.exe".split(
    "|",
  ),
  ..."-|--|'|*|~|`|#|$|{|}|&|!|Bcc: x@y.z|Subject: |X-A: |List-Unsubscribe|<https://a.b/>|mailto:a@b.c".split("|"),
  "x".repeat(80),
  "é".repeat(40),
  "a",
];

export const RAW_WORDS: readonly string[] = [
  ...HEAD_WORDS,
  ..."\r\n\r\n|\n\n|--a\r\n|--a--\r\n|--|\r\n--a|MIME-Version: 1.0\r\n|From: a@b.c\r\n|To: a@b.c\r\n|Bcc: a@b.c\r\n".split(
    "|",
  ),
  "Content-Type: multipart/mixed; boundary=a\r\n",
  "Content-Type: message/rfc822\r\n\r\n",
  "Content-Type: text/plain; charset=iso-2022-jp\r\n",
  "Content-Disposition: attachment; filename*=utf-8''a%20b\r\n",
  "Content-Transfer-Encoding: base64\r\n",
  "Content-Transfer-Encoding: quoted-printable\r\n",
  ..."=\r\n|=3D|=0D=0A|=G1|AAAA|====|\x80|\xff|\ud800".split("|"),
  "x".repeat(1_000),
];
