// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.assistant;

import dev.rivulet.gateway.assistant.Senses.Sound;
import dev.rivulet.gateway.exchange.Endpoint;
import dev.rivulet.graph.Stage;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Has a recogniser tell what is said in a question's recording, whose words then stand before those that were written. */
final class Hearing {

    private static final int LONGEST = 500;
    /** Base64 of a fiftieth of a second of samples, as sound counts elsewhere. */
    private static final int SOUND_A_TOKEN = 854;

    private final ModelCalls calls;
    private final JsonMapper json;

    Hearing(ModelCalls calls, JsonMapper json) {
        this.calls = calls;
        this.json = json;
    }

    /** The recogniser is not sure of anything that it heard. */
    static final class UnheardException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        UnheardException(String outcome) {
            super("the recording was not understood: " + outcome, null, false, false);
        }
    }

    /** The question with what was said; as it is where there is no recording. */
    Mono<Question> question(Stage.Call call) {
        Question question = call.input(Values.QUESTION, Question.class);
        return question.senses()
                .sound()
                .map(sound -> recognised(call, question, sound))
                .orElseGet(() -> Mono.just(question));
    }

    private Mono<Question> recognised(Stage.Call call, Question question, Sound sound) {
        ObjectNode body = json.createObjectNode().put("audio", sound.data());
        if (sound.format().equals("pcm16")) {
            body.put("format", sound.format());
        }
        String model = Encoders.model(call);
        long tokens = 1L + sound.data().length() / SOUND_A_TOKEN;
        return calls.whole(question, Endpoint.COMMANDS.path(), model, body, tokens)
                .map(answer -> saying(question, model, answer));
    }

    private static Question saying(Question question, String model, JsonNode answer) {
        String outcome = answer.path("outcome").asString("");
        String text = answer.path("text").asString("");
        double confidence = answer.path("confidence").asDouble(Double.NaN);
        if (outcome.isEmpty() || text.length() > LONGEST || !(confidence >= 0 && confidence <= 1)) {
            throw ModelCalls.garbage(model);
        }
        if (!outcome.equals("command") || text.isBlank()) {
            throw new UnheardException(outcome);
        }
        question.senses().heard(text);
        return question.saying((text + " " + question.text()).strip());
    }
}
