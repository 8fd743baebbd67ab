// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.flower;

import dev.rivulet.devices.RefusalCode;
import dev.rivulet.federation.edge.RefusedException;
import dev.rivulet.federation.flower.FlowerLine.GoneException;
import dev.rivulet.federation.participants.Device;
import dev.rivulet.federation.participants.Unattested;
import dev.rivulet.federation.publication.Models;
import dev.rivulet.federation.rounds.Federations;
import dev.rivulet.federation.rounds.SecureSettings;
import dev.rivulet.federation.rounds.Standing;
import dev.rivulet.federation.updates.Uploads;
import dev.rivulet.flower.v1.ServerMessage;
import dev.rivulet.flower.v1.ServerMessage.ReconnectIns;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.util.BitSet;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Gives each connected program a place, which is a participant of the federation, and takes part for it until one of them goes. Safe
 * for threads.
 */
@Component
public final class FlowerDesk {

    private static final Logger log = LoggerFactory.getLogger(FlowerDesk.class);

    /**
     * What is needed to take part for a program.
     *
     * @param random for rounding where updates are sent with few bits
     */
    record Around(
            Federations federations,
            Models models,
            Uploads uploads,
            Unattested unattested,
            FlowerSettings settings,
            Clock clock,
            RandomGenerator random) {}

    private final Around around;
    private final BitSet taken = new BitSet();

    FlowerDesk(
            Federations federations,
            Models models,
            Uploads uploads,
            Unattested unattested,
            FlowerSettings settings,
            Clock clock,
            RandomGenerator random,
            MeterRegistry meters) {
        this.around = new Around(federations, models, uploads, unattested, settings, clock, random);
        meters.gauge("rivulet.federation.flower.connections", this, FlowerDesk::connections);
    }

    /**
     * Takes part for a program, until it goes, the federation has learnt enough, or the thread is interrupted: then the program is
     * told to come again.
     *
     * @throws RefusedException busy if there is no place, unavailable if there is no such federation
     */
    public void serve(FlowerLine line) {
        String federation = federation();
        int place = place();
        try {
            Device device = around.unattested().admitted(federation, "flower-" + place);
            log.info("A program of Flower takes part in {} as {}", federation, device.id());
            converse(line, device);
        } finally {
            free(place);
        }
    }

    private String federation() {
        String name = around.settings().federation();
        Standing standing =
                name == null ? null : around.federations().standing(name).orElse(null);
        if (standing == null) {
            throw new RefusedException(RefusalCode.UNAVAILABLE, "there is no federation for programs of Flower");
        }
        if (standing.federation().settings().secure().mode() != SecureSettings.Mode.NONE) {
            throw new RefusedException(
                    RefusalCode.UNAVAILABLE, "the federation sums securely, and programs of Flower can't mask updates");
        }
        return standing.federation().name();
    }

    private void converse(FlowerLine line, Device device) {
        try {
            new Conversation(line, device, around).converse();
        } catch (GoneException e) {
            log.info("The program that was {} has gone: {}", device.id(), e.getMessage());
        } catch (InterruptedException e) {
            comeAgain(line);
        }
    }

    private void comeAgain(FlowerLine line) {
        try {
            line.tell(ServerMessage.newBuilder()
                    .setReconnectIns(ReconnectIns.newBuilder()
                            .setSeconds(
                                    Math.max(1, around.settings().reconnect().toSeconds())))
                    .build());
        } catch (GoneException e) {
            log.debug("The program had gone before it was told to come again");
        }
    }

    private int place() {
        synchronized (taken) {
            int place = taken.nextClearBit(0);
            if (place >= around.settings().mostConnections()) {
                throw new RefusedException(RefusalCode.BUSY, "as many programs are connected as may be");
            }
            taken.set(place);
            return place;
        }
    }

    private void free(int place) {
        synchronized (taken) {
            taken.clear(place);
        }
    }

    /** Programs that are connected. */
    public int connections() {
        synchronized (taken) {
            return taken.cardinality();
        }
    }
}
