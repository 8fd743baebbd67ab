// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.jobs.kafka;

import dev.rivulet.events.Event;
import dev.rivulet.events.Event.MalformedEventException;
import dev.rivulet.events.EventType;
import dev.rivulet.inference.jobs.Cancellations;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.messaging.Message;

/** Takes note of every record of {@code inference.request.cancelled}. */
final class JobCancellations implements Consumer<Message<?>> {

    private static final Logger LOG = LoggerFactory.getLogger(JobCancellations.class);

    private final Cancellations cancellations;

    JobCancellations(Cancellations cancellations) {
        this.cancellations = cancellations;
    }

    @Override
    public void accept(Message<?> message) {
        try {
            if (message.getPayload() instanceof byte[] value) {
                cancellations.add(Event.read(EventType.REQUEST_CANCELLED, message.getHeaders(), value)
                        .data()
                        .getJob());
            }
        } catch (MalformedEventException e) {
            LOG.warn("A cancellation can't be read: {}", e.getMessage());
        }
    }
}
