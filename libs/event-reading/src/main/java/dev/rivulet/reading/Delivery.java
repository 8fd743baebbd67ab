// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.reading;

import dev.rivulet.events.Topic;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * A record as a reader gets it: fresh from its topic, or sent back by people.
 *
 * @param record as it came
 * @param origin where it lay first
 * @param letter the id that its dead letter has or would have
 * @param back whether it was sent back
 */
record Delivery(ConsumerRecord<byte[], byte[]> record, Origin origin, String letter, boolean back) {

    static Delivery of(String reader, Topic topic, ConsumerRecord<byte[], byte[]> record) {
        boolean back = !record.topic().equals(topic.name());
        Origin origin = back
                ? DeadLetter.origin(record)
                : new Origin(record.topic(), record.partition(), record.offset(), record.timestamp());
        return new Delivery(record, origin, origin.letter(reader), back);
    }

    /** Whether it was sent back to another reader of the topic. */
    boolean isForAnother(String reader) {
        return back && !DeadLetter.text(record.headers(), "dlq_reader", "").equals(reader);
    }

    /** Whether people gave it up. */
    boolean isDiscarded() {
        return back && record.headers().lastHeader("dlq_discarded") != null;
    }
}
