"""What `codegen token-endpoint` reports about the files that it is started with."""

from __future__ import annotations

from codegen.findings.rules.rule import ERROR, Area, Rule

AREA = Area(
    title="Token endpoint",
    source="`codegen token-endpoint`",
    rules=(
        Rule(
            id="signing-key-unreadable",
            levels=ERROR,
            says="a key to sign or to verify tokens with cannot be used",
            why="Without it no token can be issued, or tokens that were issued before are not good any more.",
            example="`--service-account-signing-key-file public.pem`, which holds no private key",
            repair="Name a file in PEM: an RSA key, or one of the curve P-256.",
        ),
        Rule(
            id="state-unusable",
            levels=ERROR,
            says="the file of the state cannot be read, made or written to",
            why="What an endpoint issues is noted there before it is answered.",
            example="`--state notes.txt`, a file of something else",
            repair="Name another file, or leave `--state` out to keep everything in memory.",
        ),
        Rule(
            id="token-file-unreadable",
            levels=ERROR,
            says="a file of static tokens cannot be read",
            why="A line that is passed over would be a user who cannot log in.",
            example="a line `secret` without a user name and a uid",
            repair='Write lines of CSV: `secret,alice,alice-uid,"system:masters,people"`.',
        ),
        Rule(
            id="certificate-unusable",
            levels=ERROR,
            says="a certificate or its key cannot be used, or not be written",
            why="TLS cannot be served without them.",
            example="`--cert-dir` with the certificate of one pair and the key of another",
            repair="Name a folder with two files that belong together, or an empty one.",
        ),
        Rule(
            id="address-unusable",
            levels=ERROR,
            says="the address or the port cannot be listened on",
            why="Something else listens there already, or this machine has no such address.",
            example="`--secure-port 22`",
            repair="Name another port; with `--secure-port 0` a free one is chosen.",
        ),
    ),
)
