"""Writes a trained sketch model as a folder of the SmolVLM family: safetensors, configurations, tokenizer, template."""

import argparse
import json
import os
import shutil

import torch
from safetensors.torch import load_file, save_file

import sketch_data as data

CHAT_TEMPLATE = (
    "{% for message in messages %}"
    "{{ '<|im_start|>' + message['role'] + '\n' }}"
    "{% if message['content'] is string %}{{ message['content'] }}{% else %}"
    "{% for part in message['content'] %}"
    "{% if part['type'] == 'image' %}{{ '<image>' }}{% elif part['type'] == 'text' %}{{ part['text'] }}{% endif %}"
    "{% endfor %}{% endif %}"
    "{{ '<end_of_utterance>' + '\n' }}"
    "{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)


def write_json(folder, name, value):
    with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
        json.dump(value, file, indent=2, ensure_ascii=False)
        file.write("\n")


def export(run, folder):
    os.makedirs(folder, exist_ok=True)
    checkpoint = os.path.join(run, "checkpoint")
    weights = load_file(os.path.join(checkpoint, "model.safetensors"))
    weights = {name: value.to(torch.float16).contiguous() for name, value in weights.items()}
    weights.pop("lm_head.weight", None)
    save_file(weights, os.path.join(folder, "model.safetensors"), metadata={"format": "pt"})
    with open(os.path.join(checkpoint, "config.json"), encoding="utf-8") as file:
        config = json.load(file)
    config["dtype"] = "float16"
    for part in ("text_config", "vision_config"):
        config[part]["dtype"] = "float16"
    write_json(folder, "config.json", config)
    text = config["text_config"]
    ends = {"bos_token_id": text["bos_token_id"], "eos_token_id": text["eos_token_id"], "pad_token_id": text["pad_token_id"]}
    write_json(folder, "generation_config.json", ends | {"do_sample": False, "max_new_tokens": 32})
    shutil.copyfile(os.path.join(run, "tokenizer.json"), os.path.join(folder, "tokenizer.json"))
    write_json(folder, "tokenizer_config.json", tokenizer_config(text))
    with open(os.path.join(folder, "chat_template.jinja"), "w", encoding="utf-8") as file:
        file.write(CHAT_TEMPLATE)
    write_json(folder, "preprocessor_config.json", preprocessor())
    write_json(folder, "processor_config.json", {"processor_class": "Idefics3Processor", "image_seq_len": data.IMAGE_TOKENS})


def tokenizer_config(text):
    return {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "processor_class": "Idefics3Processor",
        "bos_token": data.START,
        "eos_token": data.END,
        "pad_token": data.PAD,
        "unk_token": None,
        "add_bos_token": False,
        "add_prefix_space": False,
        "clean_up_tokenization_spaces": False,
        "model_max_length": text["max_position_embeddings"],
        "chat_template": CHAT_TEMPLATE,
    }


def preprocessor():
    """Any picture becomes one square of 96 pixels; it is never split."""
    return {
        "image_processor_type": "Idefics3ImageProcessor",
        "processor_class": "Idefics3Processor",
        "do_convert_rgb": True,
        "do_resize": True,
        "size": {"longest_edge": data.SIZE},
        "resample": 1,
        "do_image_splitting": False,
        "max_image_size": {"longest_edge": data.SIZE},
        "do_rescale": True,
        "rescale_factor": 1 / 255,
        "do_normalize": True,
        "image_mean": [data.MEAN] * 3,
        "image_std": [data.DEVIATION] * 3,
        "do_pad": True,
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--run", required=True, help="folder that the training wrote")
    parser.add_argument("--out", required=True)
    args = parser.parse_args()
    export(args.run, args.out)


if __name__ == "__main__":
    main()
