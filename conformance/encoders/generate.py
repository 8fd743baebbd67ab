"""Tiny random encoders of each family, and what transformers computes from them on the CPU. See README.md."""

import json
import os
import shutil
import sys

import torch
import transformers
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

TEXTS = [
    ["the lamp in room 12 is on", None],
    ["ok", None],
    ["open the third door, please: it is Löwe's unlocked door of the long hall on the second floor 😀 near room 7", None],
    ["is it warm?", "the temperature of the room is 21 degrees"],
    ["[SEP] is only a text here", None],
]
WORDS = (
    "the a is on of in it lamp room door open please third second floor long hall near warm temperature degrees only text "
    "here un ##locked ##s lo ##we ##w ##e 1 2 7 ##1 ##2 ##7 ##0 ok . , : ? ' [ ] sep m l o w e t r d h s n"
).split()
SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]


def framed(tokenizer, second):
    ids = [(name, tokenizer.token_to_id(name)) for name in ("[CLS]", "[SEP]")]
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", pair=f"[CLS] $A [SEP] $B:{second} [SEP]:{second}", special_tokens=ids
    )
    return tokenizer


def word_pieces():
    vocabulary = {word: index for index, word in enumerate(SPECIAL + WORDS)}
    tokenizer = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.decoder = decoders.WordPiece()
    tokenizer.add_special_tokens(SPECIAL)
    return framed(tokenizer, 1)


def byte_pairs():
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=300, special_tokens=SPECIAL, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False
    )
    tokenizer.train_from_iterator([text for pair in TEXTS for text in pair if text], trainer)
    return framed(tokenizer, 0)


def bert(vocabulary, **more):
    return transformers.BertConfig(
        vocab_size=vocabulary, hidden_size=32, num_hidden_layers=2, num_attention_heads=2, intermediate_size=48,
        max_position_embeddings=64, initializer_range=0.2, **more,
    )


def distilbert(vocabulary, **more):
    return transformers.DistilBertConfig(
        vocab_size=vocabulary, dim=32, n_layers=2, n_heads=4, hidden_dim=48, max_position_embeddings=64,
        initializer_range=0.2, **more,
    )


def modernbert(vocabulary, **more):
    return transformers.ModernBertConfig(
        vocab_size=vocabulary, hidden_size=32, num_hidden_layers=4, num_attention_heads=2, intermediate_size=40,
        max_position_embeddings=128, local_attention=8, global_attn_every_n_layers=3, initializer_range=0.15,
        pad_token_id=0, cls_token_id=2, sep_token_id=3, bos_token_id=2, eos_token_id=3, attn_implementation="eager",
        **more,
    )


LABELS = dict(id2label={0: "low", 1: "mid", 2: "high"}, label2id={"low": 0, "mid": 1, "high": 2})
TAGS = dict(
    id2label={0: "O", 1: "B-room", 2: "I-room", 3: "B-door"}, label2id={"O": 0, "B-room": 1, "I-room": 2, "B-door": 3}
)
SCORE = dict(num_labels=1)

# name: configuration, class, what is expected, sentence-transformers modules (pooling mode, normalised)
CASES = {
    "bert-mean": (bert, "BertModel", {}, ("pooling_mode_mean_tokens", True)),
    "bert-first": (bert, "BertModel", {}, ("pooling_mode_cls_token", False)),
    "bert-sequence": (bert, "BertForSequenceClassification", LABELS, None),
    "bert-cross": (bert, "BertForSequenceClassification", SCORE, None),
    "bert-tokens": (bert, "BertForTokenClassification", TAGS, None),
    "distilbert-max": (distilbert, "DistilBertModel", {}, ("pooling_mode_max_tokens", False)),
    "distilbert-sequence": (distilbert, "DistilBertForSequenceClassification", LABELS, None),
    "distilbert-tokens": (distilbert, "DistilBertForTokenClassification", TAGS, None),
    "modernbert": (modernbert, "ModernBertModel", {}, None),
    "modernbert-sequence": (
        modernbert, "ModernBertForSequenceClassification", dict(LABELS, classifier_pooling="mean", classifier_bias=True), None),
    "modernbert-cross": (modernbert, "ModernBertForSequenceClassification", dict(SCORE, classifier_pooling="cls"), None),
    "modernbert-tokens": (modernbert, "ModernBertForTokenClassification", TAGS, None),
}


def rounded(tensor):
    return [float(f"{value:.6g}") for value in tensor.reshape(-1).tolist()]


def pooled(hidden, modules):
    mode, normalised = modules or ("pooling_mode_mean_tokens", False)
    vector = {
        "pooling_mode_mean_tokens": lambda: hidden.mean(0),
        "pooling_mode_cls_token": lambda: hidden[0],
        "pooling_mode_max_tokens": lambda: hidden.max(0).values,
    }[mode]()
    return torch.nn.functional.normalize(vector, dim=0) if normalised else vector


def write_modules(folder, modules):
    mode, normalised = modules
    kinds = [("", "Transformer"), ("1_Pooling", "Pooling")] + ([("2_Normalize", "Normalize")] if normalised else [])
    listed = [
        {"idx": i, "name": str(i), "path": path, "type": "sentence_transformers.models." + kind}
        for i, (path, kind) in enumerate(kinds)
    ]
    write(folder, "modules.json", listed)
    write(folder, "sentence_bert_config.json", {"max_seq_length": 48, "do_lower_case": False})
    os.makedirs(os.path.join(folder, "1_Pooling"))
    modes = ["cls_token", "mean_tokens", "max_tokens", "mean_sqrt_len_tokens"]
    write(folder, "1_Pooling/config.json", {
        "word_embedding_dimension": 32, **{f"pooling_mode_{m}": f"pooling_mode_{m}" == mode for m in modes}})


def write(folder, name, value):
    with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
        json.dump(value, file, indent=None if name == "expected.json" else 2, ensure_ascii=False)
        file.write("\n")


def older_spelling(folder):
    """ModernBERT's configuration as transformers 4 wrote it."""
    with open(os.path.join(folder, "config.json"), encoding="utf-8") as file:
        config = json.load(file)
    for name in ("rope_parameters", "layer_types"):
        config.pop(name, None)
    config.update(global_rope_theta=160000.0, local_rope_theta=10000.0, local_attention=8, global_attn_every_n_layers=3)
    write(folder, "config-of-transformers-4.json", config)


@torch.no_grad()
def case(folder, name, seed):
    make, kind, more, modules = CASES[name]
    tokenizer = byte_pairs() if make is modernbert else word_pieces()
    torch.manual_seed(seed)
    model = getattr(transformers, kind)(make(tokenizer.get_vocab_size(), **more)).eval()
    for parameter in model.parameters():
        if parameter.dim() == 1:
            parameter.add_(torch.randn_like(parameter) * 0.2)
        parameter.copy_(parameter.half().float())
    model.save_pretrained(folder)
    path = os.path.join(folder, "model.safetensors")
    save_file({k: v.half() for k, v in load_file(path).items()}, path, metadata={"format": "pt"})
    tokenizer.save(os.path.join(folder, "tokenizer.json"), pretty=False)
    if modules:
        write_modules(folder, modules)
    if make is modernbert:
        older_spelling(folder)
    runs = []
    for text, pair in TEXTS:
        # Texts of callers hold no special tokens: the reference hides theirs in the same way.
        tokenizer.encode_special_tokens = True
        encoding = tokenizer.encode(text, pair)
        inputs = dict(input_ids=torch.tensor([encoding.ids]))
        if make is bert:
            inputs["token_type_ids"] = torch.tensor([encoding.type_ids])
        output = model(**inputs)
        run = {"text": text, "pair": pair, "ids": encoding.ids, "types": encoding.type_ids}
        if kind.endswith("Model"):
            hidden = output.last_hidden_state[0]
            run.update(hidden=rounded(hidden), pooled=rounded(pooled(hidden, modules)))
        else:
            run["logits"] = rounded(output.logits[0])
        runs.append(run)
    write(folder, "expected.json", {"runs": runs})


def main(target):
    for seed, name in enumerate(CASES):
        folder = os.path.join(target, name)
        shutil.rmtree(folder, ignore_errors=True)
        os.makedirs(folder)
        case(folder, name, 20261125 + seed)
    print(f"{len(CASES)} cases with transformers {transformers.__version__}, torch {torch.__version__}")


if __name__ == "__main__":
    main(sys.argv[1])
