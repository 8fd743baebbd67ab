"""Trains the two tokenizers: byte-level BPE for the decoder, lower-casing WordPiece for the encoders."""

import argparse
import json
import os

from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

SPECIAL = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]


def texts(path, limit):
    with open(path, encoding="utf-8") as lines:
        for number, line in enumerate(lines):
            if number >= limit:
                return
            for message in json.loads(line)["messages"]:
                yield message["content"]
                yield message["role"] + "\n"


def decoder_tokenizer(corpus, vocab, limit):
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Digits(individual_digits=True),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.post_processor = processors.ByteLevel(trim_offsets=False)
    trainer = trainers.BpeTrainer(
        vocab_size=vocab,
        special_tokens=SPECIAL,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts(corpus, limit), trainer)
    return tokenizer


def encoder_tokenizer(corpus, vocab, limit):
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.BertPreTokenizer(), pre_tokenizers.Digits(individual_digits=True)]
    )
    tokenizer.decoder = decoders.WordPiece()
    trainer = trainers.WordPieceTrainer(
        vocab_size=vocab,
        special_tokens=["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"],
        initial_alphabet=[chr(c) for c in range(33, 127)] + list("äöüßéèêàáâåãçñíìîóòôøœæúùûšžčćłńøşğı°€"),
        show_progress=False,
    )

    def utterances():
        with open(corpus, encoding="utf-8") as lines:
            for number, line in enumerate(lines):
                if number >= limit:
                    return
                example = json.loads(line)
                yield example["text"]
                yield example["previous"]

    tokenizer.train_from_iterator(utterances(), trainer)
    ids = {name: tokenizer.token_to_id(name) for name in ("[CLS]", "[SEP]")}
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]",
        pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[("[CLS]", ids["[CLS]"]), ("[SEP]", ids["[SEP]"])],
    )
    return tokenizer


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", required=True, help="folder the generator wrote")
    parser.add_argument("--out", required=True)
    parser.add_argument("--vocab", type=int, default=1024)
    parser.add_argument("--encoder-vocab", type=int, default=2000)
    parser.add_argument("--limit", type=int, default=40000)
    args = parser.parse_args()
    os.makedirs(args.out, exist_ok=True)
    decoder_tokenizer(os.path.join(args.corpus, "chats.jsonl"), args.vocab, args.limit).save(
        os.path.join(args.out, "decoder-tokenizer.json")
    )
    encoder_tokenizer(os.path.join(args.corpus, "utterances.jsonl"), args.encoder_vocab, args.limit).save(
        os.path.join(args.out, "encoder-tokenizer.json")
    )


if __name__ == "__main__":
    main()
