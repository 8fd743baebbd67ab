// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation;

import dev.rivulet.federated.update.Layout;
import java.net.URI;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.IntFunction;

/** A federation of three devices whose round is held up at one step. */
record HeldFederation(String name, RoundGate gate, List<RandomDevice> devices) implements AutoCloseable {

    static final int ROUNDS = 2;
    static final int DEVICES = 3;
    static final Layout LAYOUT =
            new Layout(List.of(new Layout.Tensor("weight", List.of(40, 4)), new Layout.Tensor("bias", List.of(4))));

    /**
     * Makes it, and lets it begin.
     *
     * @param services that a device talks to, the first first
     */
    static HeldFederation begun(
            Operator operator,
            String name,
            String policy,
            String aggregation,
            RoundGate gate,
            IntFunction<List<URI>> services,
            Random random,
            SentUpdates sent)
            throws Exception {
        operator.make(name, 40, 4, policy, aggregation, ROUNDS);
        String token = operator.token(name, DEVICES);
        List<RandomDevice> devices = new ArrayList<>();
        for (int i = 0; i < DEVICES; i++) {
            devices.add(new RandomDevice(services.apply(i), token, random.nextLong(), sent, List.of(gate)));
        }
        operator.start(name);
        return new HeldFederation(name, gate, devices);
    }

    static void letAllGoOn(List<HeldFederation> all) throws SQLException {
        for (HeldFederation each : all) {
            each.gate().close();
        }
    }

    @Override
    public void close() throws SQLException {
        gate.close();
        devices.forEach(RandomDevice::close);
    }
}
