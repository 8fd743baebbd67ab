// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.outbox;

import java.util.Map;
import java.util.UUID;

/**
 * One event as it will stand in its topic.
 *
 * @param id of the event
 * @param topic where it goes
 * @param aggregate the record key
 * @param headers record headers
 * @param payload record value, Protobuf
 */
@SuppressWarnings("ArrayRecordComponent")
public record Fact(UUID id, String topic, String aggregate, Map<String, String> headers, byte[] payload) {}
