// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.rounds.http;

import dev.rivulet.federated.training.Examples;
import dev.rivulet.federation.publication.Models;
import dev.rivulet.federation.rounds.HeldOut;
import dev.rivulet.federation.rounds.HeldOutStore;
import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/** Examples with which the service measures each version of a federation from the next one on. */
@RestController
class HeldOutController {

    private final Models models;
    private final HeldOutStore store;

    HeldOutController(Models models, HeldOutStore store) {
        this.models = models;
        this.store = store;
    }

    /**
     * A held-out set.
     *
     * @param hidden units of a perceptron's hidden layer; a softmax regression unless given
     * @param features float32, little-endian, one example after the other
     * @param labels from 0 on
     */
    @SuppressWarnings("ArrayRecordComponent")
    record Body(int dimensions, int classes, @Nullable Integer hidden, byte[] features, int[] labels) {}

    /** What was kept. */
    record Kept(int examples) {}

    @PutMapping("/api/federations/{name}/held-out")
    Kept put(@PathVariable String name, @RequestBody Body body) {
        var layout = models.layout(name)
                .orElseThrow(() -> new ProblemException(
                        Problem.at(ProblemCode.NOT_FOUND, "name", "There is no such federation.")));
        HeldOut set = set(body);
        if (!set.suits(layout)) {
            throw invalid("The tensors of the model are not those of a network with these dimensions and classes.");
        }
        if (!set.finite()) {
            throw invalid("A feature is not a finite number.");
        }
        store.put(name, set);
        return new Kept(set.examples().count());
    }

    private static HeldOut set(Body body) {
        try {
            float[] features = new float[body.features().length / 4];
            ByteBuffer.wrap(body.features())
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .asFloatBuffer()
                    .get(features);
            return new HeldOut(
                    body.hidden() == null ? 0 : body.hidden(),
                    new Examples(body.dimensions(), body.classes(), features, body.labels()));
        } catch (IllegalArgumentException e) {
            throw invalid(String.valueOf(e.getMessage()));
        }
    }

    private static ProblemException invalid(String message) {
        return new ProblemException(Problem.at(ProblemCode.INVALID_VALUE, "features", message));
    }
}
