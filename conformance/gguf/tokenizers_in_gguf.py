"""Writes tiny GGUF files that hold a tokenizer and nothing else, and what the original makes of texts.

Needs the Python packages tokenizers, sentencepiece and gguf. From the root of the checkout:

    python conformance/gguf/tokenizers_in_gguf.py

Byte-level tokenizers are trained with the pre-tokenizers that the original models' tokenizer.json files have; pieces are trained by
sentencepiece with fallback to bytes, and sentencepiece itself is their reference. (Wrote those that are checked in: tokenizers 0.23,
sentencepiece 0.2, gguf 0.19.)
"""

import io
import json
from pathlib import Path

import sentencepiece
from gguf import GGUFWriter
from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

OUT = Path("libs/model-package/src/test/resources/gguf/tokenizers")
CORPUS = [Path(name).read_text() for name in ("README.md", "CONTRIBUTING.md", "docs/gateway.md", "docs/scheduling.md")]
SPECIAL = ["<|begin|>", "<|end|>"]
TEXTS = [
    "The scheduler gives a slot back.",
    "  two  spaces, a\ttab\n\nand lines \r\n end ",
    "It's 1234567 o'clock; we'LL see 3.14159 and 007!",
    "Grüße, naïve café — e\u0301 and \u00e9 日本語 🙂👍🏽",
    "a<|end|>b <|begin|> x",
    "if (x >= 10) { return $y^2 + ~z | w; }",
    "",
    " ",
]
LLAMA3 = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
QWEN2 = LLAMA3.replace(r"\p{N}{1,3}", r"\p{N}")


def split(regex):
    return pre_tokenizers.Split(Regex(regex), "isolated")


def byte_level(words):
    return pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=words)


PRE = {
    "gpt-2": [byte_level(True)],
    "llama-bpe": [split(LLAMA3), byte_level(False)],
    "qwen2": [split(QWEN2), byte_level(False)],
    "smollm": [pre_tokenizers.Digits(individual_digits=True), byte_level(True)],
}


def original(name):
    tokenizer = Tokenizer(models.BPE(ignore_merges=name == "llama-bpe"))
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(PRE[name])
    tokenizer.decoder = decoders.ByteLevel()
    if name == "qwen2":
        tokenizer.normalizer = normalizers.NFC()
    trainer = trainers.BpeTrainer(
        vocab_size=600, special_tokens=SPECIAL, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False
    )
    tokenizer.train_from_iterator(CORPUS, trainer)
    if name == "llama-bpe":
        tokenizer.post_processor = processors.TemplateProcessing(
            single="<|begin|> $A", special_tokens=[("<|begin|>", tokenizer.token_to_id("<|begin|>"))]
        )
    return tokenizer


def start(name, kind):
    writer = GGUFWriter(OUT / f"{name}.gguf", "llama")
    writer.add_tokenizer_model(kind)
    writer.add_chat_template("{% for m in messages %}{{ m['content'] }}{% endfor %}")
    return writer


def finish(writer, name, cases):
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    (OUT / f"{name}.json").write_text(json.dumps(cases) + "\n")
    print(name, (OUT / f"{name}.gguf").stat().st_size, "bytes,", len(cases), "cases")


def case(text, ids, decoded):
    return dict(text=text, ids=ids, decoded=decoded)


def byte_pairs(name):
    tokenizer = original(name)
    model = json.loads(tokenizer.to_str())["model"]
    writer = start(name, "gpt2")
    writer.add_tokenizer_pre(name)
    tokens = sorted(model["vocab"], key=model["vocab"].get)
    writer.add_token_list(tokens)
    writer.add_token_types([3 if token in SPECIAL else 1 for token in tokens])
    writer.add_token_merges([" ".join(pair) for pair in model["merges"]])
    writer.add_bos_token_id(tokens.index("<|begin|>"))
    writer.add_eos_token_id(tokens.index("<|end|>"))
    cases = []
    for text in TEXTS:
        if "<|" not in text:
            ids = tokenizer.encode(text).ids
            cases.append(case(text, ids, tokenizer.decode(ids, skip_special_tokens=True)))
    finish(writer, name, cases)


def pieces(name, prefixed):
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter("\n".join(CORPUS).split("\n")), model_writer=model, model_type="bpe", vocab_size=700,
        byte_fallback=True, normalization_rule_name="identity", remove_extra_whitespaces=False,
        add_dummy_prefix=prefixed, split_digits=True, allow_whitespace_only_pieces=True,
    )
    tokenizer = sentencepiece.SentencePieceProcessor(model_proto=model.getvalue())
    writer = start(name, "llama")
    size = tokenizer.get_piece_size()
    writer.add_token_list([tokenizer.id_to_piece(i) for i in range(size)])
    writer.add_token_scores([tokenizer.get_score(i) for i in range(size)])
    kinds = [2 if tokenizer.is_unknown(i) else 3 if tokenizer.is_control(i) else 6 if tokenizer.is_byte(i) else 1
             for i in range(size)]
    writer.add_token_types(kinds)
    writer.add_bos_token_id(tokenizer.bos_id())
    writer.add_eos_token_id(tokenizer.eos_id())
    writer.add_add_space_prefix(prefixed)
    cases = []
    for text in TEXTS:
        ids = tokenizer.encode(text)
        cases.append(case(text, [tokenizer.bos_id()] + ids, tokenizer.decode(ids)))
    finish(writer, name, cases)


if __name__ == "__main__":
    OUT.mkdir(parents=True, exist_ok=True)
    for each in PRE:
        byte_pairs(each)
    pieces("pieces", True)
    pieces("pieces-without-prefix", False)
