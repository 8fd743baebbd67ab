// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.engine.onnx;

/** A byte-level tokenizer without merges: ids 0 to 255 are bytes, then the three special tokens of ChatML. */
final class ByteTokenizerJson {

    private ByteTokenizerJson() {}

    static String text() {
        StringBuilder vocabulary = new StringBuilder();
        int stray = 256;
        for (int value = 0; value < 256; value++) {
            boolean shown = value >= 33 && value <= 126 || value >= 161 && value <= 172 || value >= 174;
            int letter = shown ? value : stray++;
            vocabulary.append("\"\\u%04x\": %d, ".formatted(letter, value));
        }
        return """
                {"version": "1.0",
                 "added_tokens": [
                  {"id": 256, "content": "<|im_start|>", "special": true, "single_word": false, "lstrip": false, "rstrip": false, "normalized": false},
                  {"id": 257, "content": "<|im_end|>", "special": true, "single_word": false, "lstrip": false, "rstrip": false, "normalized": false},
                  {"id": 258, "content": "<|endoftext|>", "special": true, "single_word": false, "lstrip": false, "rstrip": false, "normalized": false}],
                 "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": true},
                 "decoder": {"type": "ByteLevel", "add_prefix_space": true, "trim_offsets": true, "use_regex": true},
                 "model": {"type": "BPE", "vocab": {%s "<|im_start|>": 256, "<|im_end|>": 257, "<|endoftext|>": 258}, "merges": []}}
                """.formatted(vocabulary);
    }
}
