// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.training;

import java.util.List;

/**
 * How well a model does.
 *
 * @param count of examples
 * @param loss mean cross-entropy in nats
 * @param accuracy from 0 to 1
 */
public record Evaluation(int count, double loss, double accuracy) {

    /** Over all examples of several evaluations, which have one or more. */
    public static Evaluation over(List<Evaluation> parts) {
        int count = 0;
        double loss = 0;
        double right = 0;
        for (Evaluation part : parts) {
            count += part.count;
            loss += part.loss * part.count;
            right += part.accuracy * part.count;
        }
        return new Evaluation(count, loss / count, right / count);
    }
}
