"""Solves a challenge with the Python package `altcha`, and prints the solution and whether the
package accepts it: python library.py FOLDER SECRET < challenge.json"""

import base64
import json
import sys

import altcha

secret = sys.argv[2]
challenge = json.load(sys.stdin)
if "parameters" in challenge:
    parsed = altcha.Challenge.from_dict(challenge)
    solution = altcha.solve_challenge(parsed)
    token = altcha.Payload(parsed, solution).to_base64()
    accepted = altcha.verify_solution(altcha.Payload.from_base64(token), secret).verified
else:
    solution = altcha.solve_challenge_v1(
        challenge["challenge"], challenge["salt"], challenge["algorithm"], challenge["maxnumber"], 0
    )
    payload = {key: challenge[key] for key in ("algorithm", "challenge", "salt", "signature")}
    payload |= {"number": solution.number, "took": solution.took}
    token = base64.b64encode(json.dumps(payload).encode()).decode()
    accepted, _ = altcha.verify_solution_v1(token, secret)
print(json.dumps({"token": token, "accepted": accepted}))
