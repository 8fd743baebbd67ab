// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.building;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.random.RandomGenerator;

/** The building of every API key, in memory; those that nobody has looked at for longest are forgotten first. */
public final class Buildings {

    private final Cache<String, Building> buildings;
    private final Clock clock;
    private final RandomGenerator random;

    Buildings(int most, Clock clock, RandomGenerator random) {
        this.buildings =
                Caffeine.newBuilder().maximumSize(most).executor(Runnable::run).build();
        this.clock = clock;
        this.random = random;
    }

    public Building of(String tenant) {
        return buildings.get(tenant, name -> new Building(clock, random));
    }

    /** The day at the building. */
    public LocalDate today() {
        return LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
    }
}
