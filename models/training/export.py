"""Writes the trained checkpoints as Hugging Face-style folders: safetensors, config, tokenizer, template, card data."""

import argparse
import json
import os
import shutil

import torch
from safetensors.torch import save_file

from train_encoders import label_sets

CHAT_TEMPLATE = (
    "{% for message in messages %}"
    "{{ '<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n' }}"
    "{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)
TYPES = {"float16": torch.float16, "float32": torch.float32}


def write_json(folder, name, value):
    with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
        json.dump(value, file, indent=2, ensure_ascii=False)
        file.write("\n")


def write_weights(folder, tensors, kind):
    tensors = {name: value.detach().to(TYPES[kind]).contiguous() for name, value in tensors.items()}
    save_file(tensors, os.path.join(folder, "model.safetensors"), metadata={"format": "pt"})


def export_decoder(checkpoint, tokenizer, folder, kind):
    os.makedirs(folder, exist_ok=True)
    state = torch.load(checkpoint)
    shape = state["shape"]
    write_weights(folder, {"model." + name: value for name, value in state["average"].items()}, kind)
    config = {
        "architectures": ["LlamaForCausalLM"],
        "model_type": "llama",
        "vocab_size": shape["vocab"],
        "hidden_size": shape["hidden"],
        "intermediate_size": shape["inner"],
        "num_hidden_layers": shape["layers"],
        "num_attention_heads": shape["heads"],
        "num_key_value_heads": shape["kv_heads"],
        "head_dim": shape["head"],
        "hidden_act": "silu",
        "max_position_embeddings": shape["positions"],
        "rms_norm_eps": shape["eps"],
        "rope_theta": shape["theta"],
        "tie_word_embeddings": True,
        "attention_bias": False,
        "mlp_bias": False,
        "bos_token_id": None,
        "eos_token_id": 2,
        "pad_token_id": 0,
        "torch_dtype": kind,
    }
    write_json(folder, "config.json", config)
    write_json(folder, "generation_config.json", {"eos_token_id": [2, 0], "pad_token_id": 0, "do_sample": False})
    write_json(
        folder,
        "tokenizer_config.json",
        {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "bos_token": None,
            "eos_token": "<|im_end|>",
            "pad_token": "<|endoftext|>",
            "unk_token": None,
            "add_prefix_space": False,
            "clean_up_tokenization_spaces": False,
            "model_max_length": shape["positions"],
            "chat_template": CHAT_TEMPLATE,
        },
    )
    shutil.copyfile(tokenizer, os.path.join(folder, "tokenizer.json"))


def bert_config(shape, architecture, labels, kind):
    return {
        "architectures": [architecture],
        "model_type": "bert",
        "vocab_size": shape["vocab"],
        "hidden_size": shape["hidden"],
        "intermediate_size": shape["inner"],
        "num_hidden_layers": shape["layers"],
        "num_attention_heads": shape["heads"],
        "hidden_act": "gelu",
        "hidden_dropout_prob": shape["dropout"],
        "attention_probs_dropout_prob": shape["dropout"],
        "max_position_embeddings": shape["positions"],
        "type_vocab_size": 2,
        "layer_norm_eps": shape["eps"],
        "position_embedding_type": "absolute",
        "pad_token_id": 0,
        "id2label": {str(i): label for i, label in enumerate(labels)},
        "label2id": {label: i for i, label in enumerate(labels)},
        "torch_dtype": kind,
    }


def export_encoders(checkpoint, tokenizer, schema, root, kind):
    state = torch.load(checkpoint)
    intents, tags = label_sets(schema)
    model = state["average"]
    trunk = {name: value for name, value in model.items() if name.startswith("bert.")}
    heads = {
        "rivulet-intent": ("BertForSequenceClassification", intents, "intent", trunk),
        "rivulet-slots": (
            "BertForTokenClassification",
            tags,
            "tags",
            {name: value for name, value in trunk.items() if "pooler" not in name},
        ),
    }
    for name, (architecture, labels, head, tensors) in heads.items():
        folder = os.path.join(root, name)
        os.makedirs(folder, exist_ok=True)
        tensors = dict(tensors)
        tensors["classifier.weight"] = model[head + ".weight"]
        tensors["classifier.bias"] = model[head + ".bias"]
        write_weights(folder, tensors, kind)
        write_json(folder, "config.json", bert_config(state["shape"], architecture, labels, kind))
        write_json(
            folder,
            "tokenizer_config.json",
            {
                "tokenizer_class": "PreTrainedTokenizerFast",
                "do_lower_case": True,
                "cls_token": "[CLS]",
                "sep_token": "[SEP]",
                "pad_token": "[PAD]",
                "unk_token": "[UNK]",
                "mask_token": "[MASK]",
                "model_max_length": state["shape"]["positions"],
                "model_input_names": ["input_ids", "token_type_ids", "attention_mask"],
            },
        )
        shutil.copyfile(tokenizer, os.path.join(folder, "tokenizer.json"))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--decoder", required=True)
    parser.add_argument("--encoders", required=True)
    parser.add_argument("--tokenizers", required=True)
    parser.add_argument("--schema", required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--type", choices=sorted(TYPES), default="float16")
    args = parser.parse_args()
    export_decoder(
        args.decoder,
        os.path.join(args.tokenizers, "decoder-tokenizer.json"),
        os.path.join(args.out, "rivulet-assistant"),
        args.type,
    )
    encoder_tokenizer = os.path.join(args.tokenizers, "encoder-tokenizer.json")
    export_encoders(args.encoders, encoder_tokenizer, args.schema, args.out, args.type)


if __name__ == "__main__":
    main()
