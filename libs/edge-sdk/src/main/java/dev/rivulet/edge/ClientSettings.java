// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.edge;

import java.time.Duration;

/**
 * Limits of a device's requests.
 *
 * @param connect until a connection stands
 * @param answer until a request is answered, beyond the time that it asks to wait
 * @param attempts of one request, or of an upload without progress
 * @param pause before the second attempt; doubles, up to 32 times
 * @param mostPart bytes of one part of an upload; the federation may want less
 * @param mostModel bytes of a model that the device takes
 * @param mostWhole bytes of an update that is sent in one request; the federation may want less, a longer one goes in parts
 * @param sessions whether a key that is agreed on with the federation stands for the device's signature; it costs a hundredth
 */
public record ClientSettings(
        Duration connect,
        Duration answer,
        int attempts,
        Duration pause,
        int mostPart,
        long mostModel,
        int mostWhole,
        boolean sessions) {

    /** 10 s to connect and to answer, 6 attempts from 200 ms on, parts of 256 KB, models of 1 GiB, 8 MiB in one request. */
    public static final ClientSettings USUAL = new ClientSettings(
            Duration.ofSeconds(10),
            Duration.ofSeconds(30),
            6,
            Duration.ofMillis(200),
            1 << 18,
            1L << 30,
            1 << 23,
            true);

    /** Each request is signed with the key of the device. */
    public ClientSettings(
            Duration connect,
            Duration answer,
            int attempts,
            Duration pause,
            int mostPart,
            long mostModel,
            int mostWhole) {
        this(connect, answer, attempts, pause, mostPart, mostModel, mostWhole, false);
    }

    /** With 8 MiB in one request, each of which is signed with the key of the device. */
    public ClientSettings(
            Duration connect, Duration answer, int attempts, Duration pause, int mostPart, long mostModel) {
        this(connect, answer, attempts, pause, mostPart, mostModel, 1 << 23);
    }

    public ClientSettings {
        if (!connect.isPositive() || !answer.isPositive() || pause.isNegative()) {
            throw new IllegalArgumentException("the times of a client are above zero");
        }
        if (attempts < 1 || mostPart < 1 || mostModel < 1 || mostWhole < 0) {
            throw new IllegalArgumentException("attempts and sizes are 1 or more, mostWhole 0 or more");
        }
    }

    /** The same with or without sessions. */
    public ClientSettings sessions(boolean with) {
        return new ClientSettings(connect, answer, attempts, pause, mostPart, mostModel, mostWhole, with);
    }

    Duration pause(int attempt) {
        return pause.multipliedBy(1L << Math.min(5, attempt));
    }
}
