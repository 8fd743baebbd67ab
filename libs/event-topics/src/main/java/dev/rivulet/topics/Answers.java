// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.topics;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.InterruptException;

/** Answers of an admin client, waited for, for ten seconds at most. */
final class Answers {

    private static final long SECONDS = 10;

    private Answers() {}

    /** @throws KafkaException with what the broker said as its cause, or if it says nothing in time */
    static <T> T await(KafkaFuture<T> answer) {
        try {
            return answer.get(SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new KafkaException("The broker refuses to answer", e.getCause());
        } catch (TimeoutException e) {
            throw new KafkaException("The broker does not answer in time", e);
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }
}
