// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.aggregation;

import dev.rivulet.federated.update.Checked;
import dev.rivulet.federated.update.Checked.Accepted;
import dev.rivulet.federated.update.Checked.Refused;
import dev.rivulet.federated.update.Layout;
import dev.rivulet.federated.update.Parameters;
import dev.rivulet.federated.update.Reason;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * What a strategy keeps beside the model, as bytes, version 1; little-endian, and as long as the model says. The model itself is
 * elsewhere, and so are updates that wait in a buffer ({@link PartialSumCodec}).
 *
 * <pre>
 * "RVS" · version (1) · kind (1): 0 nothing, 1 velocity, 2 both moments, 3 control variate
 * values (4 each), one vector after the other
 * CRC-32C of all before (4)
 * </pre>
 */
public final class ServerStateCodec {

    private static final byte[] HEAD = {'R', 'V', 'S', 1};
    private static final int ENVELOPE = 4 + 1 + 4;

    private ServerStateCodec() {}

    /**
     * The bytes of what is beside the model.
     *
     * @throws IllegalArgumentException if updates wait in its buffer
     */
    public static byte[] write(ServerState state) {
        List<Parameters> vectors = vectors(state);
        int size = state.model().size();
        ByteBuffer out = ByteBuffer.allocate(ENVELOPE + 4 * size * vectors.size())
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(HEAD)
                .put(kind(state));
        for (Parameters vector : vectors) {
            out.asFloatBuffer().put(vector.values());
            out.position(out.position() + 4 * size);
        }
        return out.putInt(checksum(out.array())).array();
    }

    private static byte kind(ServerState state) {
        return switch (state) {
            case ServerState.Plain _, ServerState.Buffered _ -> 0;
            case ServerState.Momentum _ -> 1;
            case ServerState.Moments _ -> 2;
            case ServerState.Controlled _ -> 3;
        };
    }

    private static List<Parameters> vectors(ServerState state) {
        return switch (state) {
            case ServerState.Plain _ -> List.of();
            case ServerState.Momentum it -> List.of(it.velocity());
            case ServerState.Moments it -> List.of(it.first(), it.second());
            case ServerState.Controlled it -> List.of(it.control());
            case ServerState.Buffered it -> {
                if (it.buffer().count() > 0) {
                    throw new IllegalArgumentException("updates wait in the buffer: write them as a partial sum");
                }
                yield List.of();
            }
        };
    }

    private static int checksum(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, bytes.length - 4);
        return (int) crc.getValue();
    }

    /**
     * The state that a strategy goes on from. If the bytes are of another kind of strategy, or there are none, it begins anew from the
     * model; the second is so before the first version, the first after a change of strategy.
     *
     * @param bytes as {@link #write} made them; empty for none
     * @return the state, or a refusal if the bytes are damaged
     */
    public static Checked<ServerState> read(byte[] bytes, Strategy strategy, long version, Parameters model) {
        ServerState fresh = strategy.begin(model).at(version);
        if (bytes.length == 0) {
            return new Accepted<>(fresh);
        }
        if (bytes.length < ENVELOPE || !headed(bytes)) {
            return new Refused<>(Reason.UNSUPPORTED, "it is no server state of version 1");
        }
        if (ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt(bytes.length - 4) != checksum(bytes)) {
            return new Refused<>(Reason.MALFORMED, "the checksum of the server state differs");
        }
        if (bytes[HEAD.length] != kind(fresh)) {
            return new Accepted<>(fresh);
        }
        int expected = ENVELOPE + 4 * model.size() * vectors(fresh).size();
        if (bytes.length != expected) {
            return new Refused<>(
                    Reason.WRONG_SHAPE, "a state of this model has " + expected + " bytes, not " + bytes.length);
        }
        return new Accepted<>(filled(fresh, bytes));
    }

    private static boolean headed(byte[] bytes) {
        for (int i = 0; i < HEAD.length; i++) {
            if (bytes[i] != HEAD[i]) {
                return false;
            }
        }
        return true;
    }

    private static ServerState filled(ServerState fresh, byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).position(HEAD.length + 1);
        Layout layout = fresh.model().layout();
        return switch (fresh) {
            case ServerState.Plain _, ServerState.Buffered _ -> fresh;
            case ServerState.Momentum it -> new ServerState.Momentum(it.version(), it.model(), next(in, layout));
            case ServerState.Moments it ->
                new ServerState.Moments(it.version(), it.model(), next(in, layout), next(in, layout));
            case ServerState.Controlled it -> new ServerState.Controlled(it.version(), it.model(), next(in, layout));
        };
    }

    private static Parameters next(ByteBuffer in, Layout layout) {
        float[] values = new float[layout.size()];
        in.asFloatBuffer().get(values);
        in.position(in.position() + 4 * values.length);
        return new Parameters(layout, values);
    }
}
