// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.assistant;

import dev.rivulet.graph.Stage;
import java.util.function.Function;
import reactor.adapter.JdkFlowAdapter;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Stages of a graph as reactive sequences: begun by the graph, cancelled by it, and read at the reader's pace. */
final class ReactiveStage {

    private ReactiveStage() {}

    /** One whose value comes at once, as a whole; it fails where it is empty. */
    static Stage whole(Function<Stage.Call, ? extends Mono<?>> work) {
        return call -> {
            Disposable running = work.apply(call)
                    .switchIfEmpty(Mono.error(() -> new IllegalStateException("the stage gave nothing")))
                    .subscribe(call::succeed, call::fail);
            return why -> running.dispose();
        };
    }

    /** One whose value comes in parts. */
    static Stage parts(Function<Stage.Call, ? extends Flux<?>> work) {
        return call -> {
            call.stream(JdkFlowAdapter.publisherToFlowPublisher(work.apply(call)));
            return Stage.Stopping.NOTHING;
        };
    }
}
