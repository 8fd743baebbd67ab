// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.flower.grpc;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.Status;
import java.io.IOException;
import java.io.InputStream;

/** Messages of Protobuf on a call; what is none ends the call. */
record MessageMarshaller<T extends MessageLite>(Parser<T> parser) implements Marshaller<T> {

    @Override
    public InputStream stream(T message) {
        return message.toByteString().newInput();
    }

    @Override
    public T parse(InputStream stream) {
        try (stream) {
            return parser.parseFrom(stream);
        } catch (InvalidProtocolBufferException e) {
            throw Status.INVALID_ARGUMENT
                    .withDescription("this is no message of Flower's transport")
                    .asRuntimeException();
        } catch (IOException e) {
            throw Status.INTERNAL.withCause(e).asRuntimeException();
        }
    }
}
