// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.assistant;

import dev.rivulet.graph.Again;
import dev.rivulet.graph.StageSpec;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import tools.jackson.databind.json.JsonMapper;

/**
 * Values of stages as JSON, for the run that takes a job up.
 *
 * @param type that is written
 * @param written what is written of a value
 * @param reading makes the value of it, for the question that the job brings
 */
record KeptForm<T>(JsonMapper json, Class<T> type, Function<Object, T> written, Reading<T> reading)
        implements Again.Form {

    /** Makes a value of what was written. */
    @FunctionalInterface
    interface Reading<T> {
        Object value(T written, StageSpec stage, Question question);
    }

    /** What was recognised in a recording, and the words of the question with it. */
    record Heard(String heard, String text) {
        Heard {
            Objects.requireNonNull(heard);
            Objects.requireNonNull(text);
        }
    }

    /** Values that say all of themselves. */
    static <T> KeptForm<T> of(JsonMapper json, Class<T> type) {
        return new KeptForm<>(json, type, type::cast, (value, stage, question) -> value);
    }

    /** A question is that of its own run, with what an earlier one heard. */
    static KeptForm<Heard> heard(JsonMapper json) {
        return new KeptForm<>(
                json,
                Heard.class,
                value -> new Heard(((Question) value).senses().heard(), ((Question) value).text()),
                (heard, stage, question) -> {
                    question.senses().heard(heard.heard());
                    return question.saying(heard.text());
                });
    }

    /** Passages that were found by their words alone say so again. */
    static KeptForm<Values.Passages> passages(JsonMapper json) {
        return new KeptForm<>(json, Values.Passages.class, Values.Passages.class::cast, (found, stage, question) -> {
            if (found.wordsAlone()) {
                question.notices().lacks(stage.name(), Quoting.WORDS_ALONE);
            }
            return found;
        });
    }

    @Override
    public byte[] write(Object value) {
        return json.writeValueAsBytes(written.apply(value));
    }

    @Override
    public Object read(byte[] bytes, StageSpec stage, Map<String, Object> inputs) {
        Question question = (Question) Objects.requireNonNull(inputs.get(Values.QUESTION));
        return reading.value(Objects.requireNonNull(json.readValue(bytes, type)), stage, question);
    }
}
