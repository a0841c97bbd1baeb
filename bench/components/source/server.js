// Never started: the benchmark registers apps under mocks. It is here because the digest of an app's source is real.
require("node:http")
    .createServer((_, response) => response.end("ok"))
    .listen(Number(process.env.PORT), process.env.HOST);
