// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.models;

import java.util.List;
import java.util.Map;

/**
 * A conversation with its gold labels.
 *
 * @param id unique within a corpus
 * @param kind how it came about: single, follow, mixed, long, ask or copy
 * @param turns the turns in order
 */
public record Dialogue(String id, String kind, List<Turn> turns) {
    /**
     * One turn: what a person says and what the assistant answers.
     *
     * @param utterance the words and the slots named in them
     * @param intent gold intent
     * @param resolved slot values that hold after this turn, inherited ones included
     * @param answer the wanted answer
     */
    public record Turn(Utterance utterance, String intent, Map<String, String> resolved, String answer) {}

    public Dialogue {
        turns = List.copyOf(turns);
    }
}
