// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.assistant;

import dev.rivulet.gateway.exchange.Answering;
import dev.rivulet.gateway.exchange.Ask;
import dev.rivulet.models.Resolution;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a job of the assistant brings: a chat whose last message is the user's.
 *
 * @param ask the request
 * @param models whoever answers for the models behind the assistant
 * @param body the chat as the caller wrote it; never changed in place
 * @param turns the messages, those that the conversation remembers included, the last being the question
 * @param senses what came with the question besides words
 * @param place where the meaning of the conversation is remembered
 * @param before what is known from the turns before; never changed in place
 * @param notices where a stage tells what it lacks though it has a value
 */
record Question(
        Ask ask,
        Answering models,
        ObjectNode body,
        List<Turn> turns,
        Senses senses,
        Dialogs.Place place,
        Resolution before,
        Notices notices) {

    /** One message. */
    record Turn(String role, String text) {}

    Question {
        turns = List.copyOf(turns);
    }

    /** The words of the last message; blank where it has none. */
    String text() {
        return turns.getLast().text();
    }

    /** The same question, whose words are these. */
    Question saying(String text) {
        List<Turn> said = new ArrayList<>(turns);
        said.set(said.size() - 1, new Turn(turns.getLast().role(), text));
        return new Question(ask, models, body, said, senses, place, before, notices);
    }

    String tenant() {
        return ask.passage().caller();
    }
}
