"""Tiny random models that see, and what transformers computes from them on the CPU. See README.md."""

import base64
import json
import os
import shutil
import sys

import numpy
import torch
import transformers
from PIL import Image, ImageDraw
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

SPECIAL = ["<|im_start|>", "<end_of_utterance>", "<fake_token_around_image>", "<image>", "<global-img>", "<pad>"] + [
    f"<row_{row}_col_{column}>" for row in range(1, 5) for column in range(1, 5)
]
TEXTS = ["what does the gauge of room 12 show?", "compare the two drawings, please", "User: Assistant: the plan has doors"]
TEMPLATE = (
    "<|im_start|>{% for message in messages %}{{message['role'] | capitalize}}{% if message['content'][0]['type'] == 'image' %}"
    "{{':'}}{% else %}{{': '}}{% endif %}{% for line in message['content'] %}{% if line['type'] == 'text' %}{{line['text']}}"
    "{% elif line['type'] == 'image' %}{{ '<image>' }}{% endif %}{% endfor %}<end_of_utterance>\n{% endfor %}"
    "{% if add_generation_prompt %}{{ 'Assistant:' }}{% endif %}"
)
PICTURES = {"wide": (61, 37), "tall": (29, 70), "square": (64, 64)}
VISION = dict(hidden_size=32, intermediate_size=48, num_hidden_layers=2, num_attention_heads=4, image_size=32, patch_size=8)
TEXT = dict(
    model_type="llama", hidden_size=32, num_hidden_layers=2, num_attention_heads=2, num_key_value_heads=1, intermediate_size=48,
    max_position_embeddings=512, rope_theta=10000.0, initializer_range=0.3, pad_token_id=5, bos_token_id=0, eos_token_id=1,
)


def drawing(name):
    width, height = PICTURES[name]
    pixels = numpy.random.default_rng(len(name)).integers(0, 255, (height, width, 3)) // 4
    image = Image.fromarray((pixels + 90).astype("uint8"))
    draw = ImageDraw.Draw(image)
    draw.ellipse((5, 5, width - 8, height - 8), outline=(200, 20, 30), width=3)
    draw.line((width // 2, height // 2, width - 4, 6), fill=(10, 20, 250), width=2)
    return image


def tokenizer():
    made = Tokenizer(models.BPE())
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    made.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=310, special_tokens=SPECIAL, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False)
    made.train_from_iterator(TEXTS, trainer)
    return transformers.PreTrainedTokenizerFast(tokenizer_object=made, eos_token="<end_of_utterance>", pad_token="<pad>")


def squares(splitting, longest):
    return transformers.Idefics3ImageProcessor(
        size={"longest_edge": longest}, max_image_size={"longest_edge": 32}, do_image_splitting=splitting)


def idefics(kind, config, tied, scale, processor):
    def make(words):
        text = dict(TEXT, vocab_size=len(words), tie_word_embeddings=tied)
        return getattr(transformers, config)(
            scale_factor=scale, image_token_id=words.convert_tokens_to_ids("<image>"), tie_word_embeddings=tied,
            text_config=text, vision_config=dict(VISION, initializer_range=0.2))

    def rows(model, inputs):
        return torch.cat(list(model.get_image_features(inputs["pixel_values"], inputs["pixel_attention_mask"]).pooler_output))

    def joined(words):
        return transformers.Idefics3Processor(
            processor(), words, image_seq_len=16 // scale**2, chat_template=TEMPLATE)

    return kind, make, joined, rows


def llava(tower, strategy, image_processor):
    def make(words):
        return transformers.LlavaConfig(
            vision_config=dict(VISION, model_type=tower, initializer_range=0.2),
            text_config=dict(TEXT, vocab_size=len(words), tie_word_embeddings=False),
            image_token_index=words.convert_tokens_to_ids("<image>"), vision_feature_select_strategy=strategy,
            vision_feature_layer=-2, image_seq_length=16)

    def rows(model, inputs):
        return torch.cat(list(model.get_image_features(inputs["pixel_values"]).pooler_output))

    def joined(words):
        return transformers.LlavaProcessor(
            image_processor(), words, patch_size=8, vision_feature_select_strategy=strategy, chat_template=TEMPLATE,
            num_additional_image_tokens=1 if tower == "clip_vision_model" else 0)

    return "LlavaForConditionalGeneration", make, joined, rows


def clip_images():
    return transformers.CLIPImageProcessor(size={"shortest_edge": 32}, crop_size={"height": 32, "width": 32})


def siglip_images():
    return transformers.SiglipImageProcessor(size={"height": 32, "width": 32})


CASES = {
    "smolvlm": idefics("SmolVLMForConditionalGeneration", "SmolVLMConfig", False, 2, lambda: squares(False, 64)),
    "smolvlm-split": idefics("SmolVLMForConditionalGeneration", "SmolVLMConfig", True, 4, lambda: squares(True, 64)),
    "idefics3-split": idefics("Idefics3ForConditionalGeneration", "Idefics3Config", False, 2, lambda: squares(True, 96)),
    "llava-clip": llava("clip_vision_model", "default", clip_images),
    "llava-siglip": llava("siglip_vision_model", "full", siglip_images),
}

# Pictures of a conversation, and the text around them.
CONVERSATIONS = [
    ([], [["user", [TEXTS[0]]]]),
    (["wide"], [["user", [0, TEXTS[0]]]]),
    (["wide", "tall"], [["user", ["first ", 0, " then ", 1, TEXTS[1]]]]),
    (["square", "tall"], [["user", [0, "a plan"]], ["assistant", ["yes"]], ["user", ["and this? ", 1]]]),
]


def rounded(tensor):
    return [float(f"{value:.6g}") for value in tensor.reshape(-1).tolist()]


def write(folder, name, value):
    with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
        json.dump(value, file, indent=None if name == "expected.json" else 2, ensure_ascii=False)
        file.write("\n")


def roughened(model):
    for parameter in model.parameters():
        if parameter.dim() == 1:
            parameter.add_(torch.randn_like(parameter) * 0.2)
        parameter.copy_(parameter.half().float())


def levels(values, processor):
    mean = torch.tensor(processor.image_mean)[:, None, None]
    deviation = torch.tensor(processor.image_std)[:, None, None]
    bytes_ = ((values * deviation + mean) * 255).round().clamp(0, 255).to(torch.uint8)
    return base64.b64encode(bytes_.numpy().tobytes()).decode()


def saved(model, folder):
    model.save_pretrained(folder)
    path = os.path.join(folder, "model.safetensors")
    save_file({k: v.half() for k, v in load_file(path).items()}, path, metadata={"format": "pt"})


def messages(turns):
    return [
        {"role": role, "content": [
            {"type": "image"} if isinstance(part, int) else {"type": "text", "text": part} for part in parts]}
        for role, parts in turns
    ]


@torch.no_grad()
def case(folder, name, seed):
    kind, make, joined, rows = CASES[name]
    words = tokenizer()
    torch.manual_seed(seed)
    model = getattr(transformers, kind)(make(words)).eval()
    roughened(model)
    model.tie_weights()
    saved(model, folder)
    processor = joined(words)
    processor.save_pretrained(folder)
    processor.image_processor.save_pretrained(folder)
    if name == "smolvlm-split":
        # Newer folders have the processor of pictures inside that of everything.
        os.remove(os.path.join(folder, "preprocessor_config.json"))
    pictures = {}
    for picture in PICTURES:
        inputs = processor.image_processor([drawing(picture)], return_tensors="pt")
        tiles = inputs["pixel_values"].reshape(-1, 3, 32, 32)
        pictures[picture] = {
            "levels": [levels(tile, processor.image_processor) for tile in tiles], "rows": rounded(rows(model, inputs))}
    answers = []
    for names, turns in CONVERSATIONS:
        prompt = processor.apply_chat_template(messages(turns), add_generation_prompt=True)
        images = [drawing(one) for one in names] or None
        inputs = processor(text=prompt, images=images, return_tensors="pt")
        inputs.pop("token_type_ids", None)
        logits = model(**inputs).logits[0, -1]
        ids = model.generate(**inputs, max_new_tokens=12, do_sample=False, eos_token_id=None, pad_token_id=5)
        length = inputs["input_ids"].shape[1]
        answers.append({
            "pictures": names, "turns": turns, "ids": inputs["input_ids"][0].tolist(), "logits": rounded(logits),
            "greedy": ids[0, length:].tolist()})
    write(folder, "expected.json", {"pictures": pictures, "answers": answers})


def main(target):
    only = sys.argv[2:] or list(CASES)
    for seed, name in enumerate(CASES):
        if name in only:
            folder = os.path.join(target, name)
            shutil.rmtree(folder, ignore_errors=True)
            os.makedirs(folder)
            case(folder, name, 20261127 + seed)
    os.makedirs(os.path.join(target, "pictures"), exist_ok=True)
    for name in PICTURES:
        drawing(name).save(os.path.join(target, "pictures", name + ".png"))
    print(f"{only} with transformers {transformers.__version__}, torch {torch.__version__}")


if __name__ == "__main__":
    main(sys.argv[1])
