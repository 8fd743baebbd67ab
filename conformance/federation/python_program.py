"""A device of the Python client: address, token, file of its key, number of its examples' seed, rounds."""

import sys

from clouds import examples, loss, train
from rivulet_federation import Device

FEATURES, LABELS = examples(int(sys.argv[4]))


class Softmax:
    def fit(self, parameters, settings):
        given = parameters["weight"], parameters["bias"]
        before = loss(*given, FEATURES, LABELS)
        weight, bias = train(
            *given, FEATURES, LABELS, settings.epochs, settings.batch, settings.rate, settings.round
        )
        after = loss(weight, bias, FEATURES, LABELS)
        return {"weight": weight, "bias": bias}, len(LABELS), {"loss-before": before, "loss-after": after}


def main():
    url, token, key_file, _, rounds = sys.argv[1:]
    with Device(url, token, key_file, label="python") as device:
        counted = device.run(Softmax(), rounds=int(rounds))
        in_session = device.client.in_session
    print(f"the Python client: {counted} of {rounds} updates count, signed {'in a session' if in_session else 'each by its key'}")
    sys.exit(0 if counted == int(rounds) and in_session else 1)


if __name__ == "__main__":
    main()
