// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.modelpackage.folder;

import dev.rivulet.engine.ModelRejectedException;
import dev.rivulet.modelpackage.tokenizer.ModelTokenizer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

/**
 * The tokens that steer a Whisper model, from {@code generation_config.json} and the tokenizer.
 *
 * @param start begins every text
 * @param end ends it
 * @param previous leads the text of the window before
 * @param noTimestamps says that no times are wanted; the token before it stands for silence, the one after it for 0.00 s
 * @param languages token of each language by its code; empty for models of English alone
 * @param transcribe asks for the language spoken, if there is a choice
 * @param translate asks for English, if there is a choice
 * @param suppressed never chosen
 * @param suppressedFirst not chosen first
 * @param latestFirst most steps of 20 ms that the first time may have
 */
public record SpeechTokens(
        int start,
        int end,
        int previous,
        int noTimestamps,
        Map<String, Integer> languages,
        OptionalInt transcribe,
        OptionalInt translate,
        Set<Integer> suppressed,
        Set<Integer> suppressedFirst,
        OptionalInt latestFirst) {

    public SpeechTokens {
        languages = Map.copyOf(languages);
        suppressed = Set.copyOf(suppressed);
        suppressedFirst = Set.copyOf(suppressedFirst);
    }

    /** Stands for a window without speech. */
    public int silence() {
        return noTimestamps - 1;
    }

    /** Stands for 0.00 s; each token after it for 20 ms more. */
    public int firstTimestamp() {
        return noTimestamps + 1;
    }

    static SpeechTokens read(ConfigJson json, ModelTokenizer tokenizer, int vocabularySize)
            throws ModelRejectedException {
        int most = vocabularySize - 1;
        boolean multilingual =
                json.flag("is_multilingual", json.object("lang_to_id").isPresent());
        ConfigJson tasks = json.object("task_to_id").orElse(json);
        return new SpeechTokens(
                number(json, "decoder_start_token_id", tokenizer, "<|startoftranscript|>", most),
                json.tokenIds("eos_token_id").stream()
                        .findFirst()
                        .orElse(number(json, "", tokenizer, "<|endoftext|>", most)),
                number(json, "prev_sot_token_id", tokenizer, "<|startofprev|>", most),
                number(json, "no_timestamps_token_id", tokenizer, "<|notimestamps|>", most - 1),
                multilingual ? languages(json, most) : Map.of(),
                multilingual ? tasks.optionalNumber("transcribe", 0, most) : OptionalInt.empty(),
                multilingual ? tasks.optionalNumber("translate", 0, most) : OptionalInt.empty(),
                json.tokenIds("suppress_tokens"),
                json.tokenIds("begin_suppress_tokens"),
                json.optionalNumber("max_initial_timestamp_index", 0, 1 << 14));
    }

    private static int number(ConfigJson json, String field, ModelTokenizer tokenizer, String token, int most)
            throws ModelRejectedException {
        OptionalInt named = field.isEmpty() ? OptionalInt.empty() : json.optionalNumber(field, 1, most);
        OptionalInt found = named.isPresent() ? named : tokenizer.id(token);
        if (found.isEmpty() || found.getAsInt() > most) {
            throw json.refuse(field, "is missing, and the tokenizer has no " + token);
        }
        return found.getAsInt();
    }

    private static Map<String, Integer> languages(ConfigJson json, int most) throws ModelRejectedException {
        ConfigJson named = json.object("lang_to_id")
                .orElseThrow(() ->
                        json.refuse("lang_to_id", "is missing; a model of many languages must name their tokens"));
        Map<String, Integer> languages = new LinkedHashMap<>();
        for (String token : named.fields()) {
            if (token.length() > 4 && token.startsWith("<|") && token.endsWith("|>")) {
                languages.put(token.substring(2, token.length() - 2), named.number(token, 0, most));
            }
        }
        return languages;
    }
}
