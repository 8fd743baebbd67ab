// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.participants;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import dev.rivulet.devices.RefusalCode;
import dev.rivulet.federation.edge.RefusedException;

/** A request whose signature holds, for controllers to take as a parameter. The body is handed out uncopied. */
public final class DeviceCall {

    private final Device device;
    private final byte[] body;
    private final long offset;

    /** @param offset where the body begins in an upload */
    public DeviceCall(Device device, byte[] body, long offset) {
        this.device = device;
        this.body = body;
        this.offset = offset;
    }

    /** Who calls. */
    public Device device() {
        return device;
    }

    /** Who calls, if it takes part. */
    public Device participant() {
        return participating(device);
    }

    static Device participating(Device device) {
        if (!device.participating()) {
            throw new RefusedException(RefusalCode.OPTED_OUT, "the device has said that it does not take part");
        }
        return device;
    }

    public byte[] body() {
        return body;
    }

    public long offset() {
        return offset;
    }

    /** The body as a message. */
    public <T extends MessageLite> T message(Parser<T> parser) {
        return parsed(parser, body);
    }

    /** Bytes as a message, which are refused as malformed if they are none. */
    public static <T extends MessageLite> T parsed(Parser<T> parser, byte[] bytes) {
        try {
            return parser.parseFrom(bytes);
        } catch (InvalidProtocolBufferException e) {
            throw new RefusedException(RefusalCode.MALFORMED, "the body is not the message this path expects");
        }
    }
}
