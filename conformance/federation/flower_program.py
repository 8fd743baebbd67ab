"""A program of Flower as its users write them: a NumPyClient, and nothing that knows of Rivulet."""

import sys

import flwr
from clouds import examples, loss, train

FEATURES, LABELS = examples(int(sys.argv[2]))


class Program(flwr.client.NumPyClient):
    def get_parameters(self, config):
        return []

    def fit(self, parameters, config):
        weight, bias = train(
            *parameters, FEATURES, LABELS, config["epochs"], config["batch"], config["rate"], config["server_round"]
        )
        return [weight, bias], len(LABELS), {"loss-after": loss(weight, bias, FEATURES, LABELS)}

    def evaluate(self, parameters, config):
        return loss(*parameters, FEATURES, LABELS), len(LABELS), {}


def main():
    if tuple(int(part) for part in flwr.__version__.split(".")[:2]) < (1, 8):
        flwr.client.start_numpy_client(server_address=sys.argv[1], client=Program())
    else:
        flwr.client.start_client(server_address=sys.argv[1], client=Program().to_client())


if __name__ == "__main__":
    main()
