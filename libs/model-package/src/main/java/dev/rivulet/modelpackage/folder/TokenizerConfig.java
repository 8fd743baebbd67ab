// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.modelpackage.folder;

import dev.rivulet.engine.ModelRejectedException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What {@code tokenizer_config.json} says beside the tokenizer itself.
 *
 * @param specialTokens text of the tokens that templates may name, such as {@code bos_token} to {@code <s>}
 * @param chatTemplate the default chat template, if the file holds one
 */
public record TokenizerConfig(Map<String, String> specialTokens, Optional<String> chatTemplate) {

    static final TokenizerConfig NONE = new TokenizerConfig(Map.of(), Optional.empty());

    private static final List<String> TOKENS =
            List.of("bos_token", "eos_token", "unk_token", "pad_token", "sep_token", "cls_token", "mask_token");

    public TokenizerConfig {
        specialTokens = Map.copyOf(specialTokens);
    }

    static TokenizerConfig read(ConfigJson json) throws ModelRejectedException {
        Map<String, String> tokens = new LinkedHashMap<>();
        for (String name : TOKENS) {
            Optional<String> text = json.isString(name)
                    ? json.string(name)
                    : json.object(name).isPresent() ? json.object(name).get().string("content") : Optional.empty();
            text.ifPresent(content -> tokens.put(name, content));
        }
        return new TokenizerConfig(tokens, template(json));
    }

    /** A string, or a list of named templates of which "default" is taken. */
    private static Optional<String> template(ConfigJson json) throws ModelRejectedException {
        if (json.isString("chat_template")) {
            return json.string("chat_template");
        }
        for (ConfigJson named : json.objects("chat_template")) {
            if (named.string("name").orElse("").equals("default")) {
                return named.string("template");
            }
        }
        return Optional.empty();
    }
}
