// Solves a challenge with the npm package `altcha-lib`, and prints the solution and whether the
// package accepts it: node library.mjs FOLDER SECRET < challenge.json
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";

const [folder, secret] = process.argv.slice(2);
const require = createRequire(folder + "/");
const challenge = JSON.parse(readFileSync(0, "utf8"));
const pack = (payload) => Buffer.from(JSON.stringify(payload)).toString("base64");
let token, accepted;
if ("parameters" in challenge) {
  const { solveChallenge, verifySolution } = require("altcha-lib");
  const { deriveKey } = require("altcha-lib/algorithms/sha");
  const solution = await solveChallenge({ challenge, deriveKey });
  token = pack({ challenge, solution });
  const result = await verifySolution({ challenge, solution, deriveKey, hmacSignatureSecret: secret });
  accepted = result.verified;
} else {
  const { solveChallenge, verifySolution } = require("altcha-lib/v1");
  const { algorithm, challenge: hash, maxnumber, salt, signature } = challenge;
  const solution = await solveChallenge(hash, salt, algorithm, maxnumber).promise;
  token = pack({ algorithm, challenge: hash, salt, signature, ...solution });
  accepted = await verifySolution(token, secret);
}
console.log(JSON.stringify({ token, accepted }));
