// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.relay;

import dev.rivulet.gateway.exchange.Answer;
import dev.rivulet.problems.ProblemCode;
import io.netty.buffer.Unpooled;
import java.util.Set;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A replica takes no request at present, or none of this model, and has begun nothing: another one may. */
final class Refusal extends RuntimeException {

    private static final long serialVersionUID = 1L;
    private static final int STATUS = 503;
    private static final int LARGEST = 65_536;
    private static final Set<String> TRANSIENT = Set.of(ProblemCode.DRAINING.wire(), ProblemCode.MODEL_LOADING.wire());

    private final transient Answer answer;

    private Refusal(Answer answer) {
        super("the replica takes no request at present", null, false, false);
        this.answer = answer;
    }

    /** What the replica said, where nobody else takes the request. */
    Answer answer() {
        return answer;
    }

    /** The answer, or a failure with this if it is a refusal. Of what can be one, the body is read, up to 64 KiB. */
    static Mono<Answer> unless(Answer answer, ErrorBodies errors) {
        if (answer.status() != STATUS || !answer.isJson()) {
            return Mono.just(answer);
        }
        return answer.bytes(LARGEST).defaultIfEmpty(new byte[0]).flatMap(body -> {
            Answer read = answer.with(Flux.defer(() -> Flux.just(Unpooled.wrappedBuffer(body))));
            boolean refused = errors.codeOf(body).filter(TRANSIENT::contains).isPresent();
            return refused ? Mono.error(new Refusal(read)) : Mono.just(read);
        });
    }
}
