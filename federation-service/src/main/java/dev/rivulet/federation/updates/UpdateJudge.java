// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.updates;

import dev.rivulet.devices.RefusalCode;
import dev.rivulet.federated.compression.Encoded;
import dev.rivulet.federated.compression.UpdateCodec;
import dev.rivulet.federated.compression.UpdateCodec.Expected;
import dev.rivulet.federated.update.Checked;
import dev.rivulet.federated.update.Checked.Accepted;
import dev.rivulet.federated.update.Checked.Refused;
import dev.rivulet.federated.update.Layout;
import dev.rivulet.federated.update.Parameters;
import dev.rivulet.federated.update.Reason;
import dev.rivulet.federated.update.Update;
import dev.rivulet.federated.update.UpdateCheck;

/**
 * Makes an update of bytes, or says why they are none; pure.
 *
 * @param check of the federation
 * @param mostBytes the size budget
 */
record UpdateJudge(UpdateCheck check, int mostBytes) {

    /** Reads and judges bytes of which a device said something. */
    Checked<Update> judge(byte[] bytes, String device, Announcement said) {
        return switch (UpdateCodec.read(bytes, new Expected(check.layout().size(), mostBytes))) {
            case Refused<Encoded>(Reason reason, String detail) -> new Refused<>(reason, detail);
            case Accepted<Encoded>(Encoded encoded) -> judge(encoded, device, said);
        };
    }

    private Checked<Update> judge(Encoded encoded, String device, Announcement said) {
        Layout layout = check.layout();
        return switch (encoded) {
            case Encoded.Dense dense -> check.judge(update(layout, dense.values(), device, said), said.base());
            case Encoded.Sparse sparse -> check.judge(update(layout, sparse.values(), device, said), said.base());
            case Encoded.Sketched _ -> new Refused<>(Reason.UNSUPPORTED, "the federation takes no sketches");
        };
    }

    private static Update update(Layout layout, float[] values, String device, Announcement said) {
        return Update.delta(device, new Parameters(layout, values), said.weight(), said.base())
                .withMetrics(said.metrics());
    }

    /** What a device is told. */
    static RefusalCode code(Reason reason) {
        return switch (reason) {
            case NOT_FINITE -> RefusalCode.NOT_FINITE;
            case WRONG_SHAPE -> RefusalCode.WRONG_SHAPE;
            case TOO_LARGE -> RefusalCode.TOO_LARGE;
            case WEIGHT_OUT_OF_RANGE -> RefusalCode.WEIGHT_OUT_OF_RANGE;
            case STALE, UNKNOWN_BASE -> RefusalCode.WRONG_BASE;
            case NORM_OUT_OF_RANGE -> RefusalCode.NORM_OUT_OF_RANGE;
            case INCOMPLETE, MALFORMED, UNSUPPORTED -> RefusalCode.UNREADABLE_UPDATE;
        };
    }
}
