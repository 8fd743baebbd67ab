// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.shares;

import dev.rivulet.federated.secagg.Message;
import dev.rivulet.federated.secagg.Reply;
import dev.rivulet.federated.secagg.SecAggDevice;
import dev.rivulet.federated.secagg.SecAggPlan;
import dev.rivulet.federated.secagg.SecAggServer;
import dev.rivulet.federated.secagg.SecAggServer.Phase;
import dev.rivulet.federated.secagg.SecAggServer.Receipt;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** By pairwise masks with one server, which is trusted to follow nothing but the protocol ({@code secagg}). */
public final class MaskedSum implements SecureSum {

    private final SumSpace space;
    private final SecureRandom random;
    private final Supplier<String> rounds;

    /** @param rounds a new name for each round */
    public MaskedSum(SumSpace space, SecureRandom random, Supplier<String> rounds) {
        this.space = space;
        this.random = random;
        this.rounds = rounds;
    }

    @Override
    public SumSpace space() {
        return space;
    }

    @Override
    public int[] sum(List<int[]> vectors) {
        space.require(vectors);
        SecAggPlan plan = SecAggPlan.of(rounds.get(), vectors.size(), space.length(), space.bits());
        SecAggServer server = new SecAggServer(plan, random);
        List<SecAggDevice> devices = new ArrayList<>();
        for (int number = 1; number <= vectors.size(); number++) {
            SecAggDevice device = new SecAggDevice(plan, number, random);
            devices.add(device);
            accept(server, device.advertise());
        }
        while (server.close() != Phase.DONE) {
            if (server.phase() == Phase.ABORTED) {
                throw new IllegalStateException("The aggregation ended: " + server.reason());
            }
            for (int number : server.receivers()) {
                accept(server, answer(devices.get(number - 1), server.messageFor(number), vectors.get(number - 1)));
            }
        }
        return space.centre(server.sum());
    }

    private static Message.FromDevice answer(SecAggDevice device, Message.ToDevice message, int[] vector) {
        Reply<? extends Message.FromDevice> reply = switch (message) {
            case Message.Circle circle -> device.share(circle);
            case Message.DeliveredShares shares -> device.mask(shares, vector);
            case Message.SurvivorList list -> device.agree(list);
            case Message.UnmaskRequest request -> device.unmask(request);
        };
        return switch (reply) {
            case Reply.Sent<? extends Message.FromDevice> sent -> sent.message();
            case Reply.Refused<? extends Message.FromDevice> refused ->
                throw new IllegalStateException(refused.reason());
        };
    }

    private static void accept(SecAggServer server, Message.FromDevice message) {
        if (server.accept(message) instanceof Receipt.Refused refused) {
            throw new IllegalStateException(refused.reason());
        }
    }
}
