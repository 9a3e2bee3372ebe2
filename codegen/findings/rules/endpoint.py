"""What `codegen token-endpoint` reports about the files that it is started with."""

from __future__ import annotations

from codegen.findings.rules.rule import ERROR, WARNING, Area, Rule

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
            id="private-key-exposed",
            levels=ERROR,
            says="a file with a private key can be read or changed by others than its owner",
            why="Whoever has the key of an endpoint issues tokens that everybody takes for its own.",
            example="`--service-account-signing-key-file key.pem`, which `openssl genrsa > key.pem` made for everybody to read",
            repair="`chmod 600 key.pem`. The group may read a file of root's.",
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
            example="`--tls-cert-file` of one pair and `--tls-private-key-file` of another",
            repair="Name two files that belong together, or let `--cert-dir` make them.",
        ),
        Rule(
            id="seed-object-left-out",
            levels=WARNING,
            says="an object to begin with is of a kind that an endpoint does not keep",
            why="It is not there when somebody asks for it.",
            example="a Deployment in the file that `--seed` names",
            repair="Leave it out of the file.",
        ),
        Rule(
            id="seed-object-refused",
            levels=ERROR,
            says="an object to begin with would be refused by the server",
            why="An endpoint with objects that no cluster can have would mislead tests.",
            example="a service account named `Plot!`",
            repair="Repair the object; `codegen validate` names the field.",
        ),
        Rule(
            id="token-not-projected",
            levels=ERROR,
            says="a token that a file is to have cannot be issued or written",
            why="Programs that read the file would go without.",
            example="`--project-token token=gardens/nobody`, a service account that is not there",
            repair="Make the service account first, by `--seed` or in the state.",
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
