// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.aggregation;

import dev.rivulet.federated.update.Checked;
import dev.rivulet.federated.update.Checked.Accepted;
import dev.rivulet.federated.update.Checked.Refused;
import dev.rivulet.federated.update.Layout;
import dev.rivulet.federated.update.Reason;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The form of a partial sum between instances, version 1; little-endian, and as long as the model says:
 *
 * <pre>
 * "RVP" · version (1) · 1 if there are control variates, else 0 · count (4) · mass (8) · coefficients of results (8)
 * sums (8 each) · sums of control variates (8 each)
 * CRC-32C of all before (4)
 * </pre>
 */
public final class PartialSumCodec {

    private static final byte[] HEAD = {'R', 'V', 'P', 1};
    private static final int ENVELOPE = 4 + 1 + 4 + 8 + 8 + 4;

    private PartialSumCodec() {}

    /** The bytes of a sum. */
    public static byte[] write(PartialSum sum) {
        double[] controls = sum.controls();
        int rows = controls == null ? 1 : 2;
        ByteBuffer out = ByteBuffer.allocate(ENVELOPE + 8 * rows * sum.sums().length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(HEAD)
                .put((byte) (rows - 1))
                .putInt(sum.count())
                .putDouble(sum.mass())
                .putDouble(sum.coefficientOfResults());
        put(out, sum.sums());
        put(out, controls);
        return out.putInt(checksum(out.array())).array();
    }

    private static void put(ByteBuffer out, double @Nullable [] values) {
        if (values != null) {
            out.asDoubleBuffer().put(values);
            out.position(out.position() + 8 * values.length);
        }
    }

    private static int checksum(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, bytes.length - 4);
        return (int) crc.getValue();
    }

    /** Reads a sum of a model. Whatever the bytes are, the answer is a sum or a refusal. */
    public static Checked<PartialSum> read(byte[] bytes, Layout layout) {
        long one = ENVELOPE + 8L * layout.size();
        long both = one + 8L * layout.size();
        if (bytes.length != one && bytes.length != both) {
            return new Refused<>(
                    Reason.WRONG_SHAPE,
                    "a sum of this model has " + one + " or " + both + " bytes, not " + bytes.length);
        }
        ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        for (byte expected : HEAD) {
            if (in.get() != expected) {
                return new Refused<>(Reason.UNSUPPORTED, "it is no partial sum of version 1");
            }
        }
        if (in.get() != (bytes.length == both ? 1 : 0) || in.getInt(bytes.length - 4) != checksum(bytes)) {
            return new Refused<>(Reason.MALFORMED, "its checksum or its parts differ");
        }
        return sum(in, layout, bytes.length == both);
    }

    private static Checked<PartialSum> sum(ByteBuffer in, Layout layout, boolean withControls) {
        int count = in.getInt();
        double mass = in.getDouble();
        double ofResults = in.getDouble();
        if (count < 0 || !(mass >= 0 && ofResults >= 0 && mass + ofResults < Double.POSITIVE_INFINITY)) {
            return new Refused<>(Reason.WEIGHT_OUT_OF_RANGE, "count or weights are below 0 or not finite");
        }
        if ((count == 0) != (mass == 0)) {
            return new Refused<>(Reason.WEIGHT_OUT_OF_RANGE, count + " updates have the weight " + mass);
        }
        double[] sums = doubles(in, layout.size());
        double[] controls = withControls ? doubles(in, layout.size()) : null;
        if (!finite(sums) || controls != null && !finite(controls)) {
            return new Refused<>(Reason.NOT_FINITE, "a sum is not a finite number");
        }
        return new Accepted<>(new PartialSum(layout, sums, controls).totals(mass, ofResults, count));
    }

    private static double[] doubles(ByteBuffer in, int count) {
        double[] values = new double[count];
        in.asDoubleBuffer().get(values);
        in.position(in.position() + 8 * count);
        return values;
    }

    private static boolean finite(double[] values) {
        for (double value : values) {
            if (!Double.isFinite(value)) {
                return false;
            }
        }
        return true;
    }
}
