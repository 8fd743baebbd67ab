// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.secagg;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.random.RandomGenerator;

/**
 * Who masks with whom. Up to {@value #COMPLETE_UNTIL} devices everybody with everybody (Bonawitz et al., CCS 2017); above, each with
 * k others: on a circle in random order, the k/2 on either side (Bell et al., eprint 2020/704). A circle is a device and those it
 * masks with; they hold its shares.
 *
 * @param circles by device, the device itself included
 * @param threshold t: shares that unmask; more than half of a circle, so that no two halves of one can be told different stories
 */
record MaskGraph(SortedMap<Integer, SortedSet<Integer>> circles, int threshold) {

    static final int COMPLETE_UNTIL = 100;

    /** A graph over devices. */
    static MaskGraph over(Collection<Integer> devices, RandomGenerator random) {
        int degree = MaskDegree.of(devices.size());
        return degree >= devices.size() - 1 ? complete(devices) : regular(devices, degree, random);
    }

    /** A graph in which everybody masks with everybody. */
    static MaskGraph complete(Collection<Integer> devices) {
        SortedSet<Integer> all = Collections.unmodifiableSortedSet(new TreeSet<>(devices));
        SortedMap<Integer, SortedSet<Integer>> circles = new TreeMap<>();
        all.forEach(device -> circles.put(device, all));
        int usual = (2 * all.size() + 2) / 3;
        return new MaskGraph(circles, Math.max(usual, all.size() / 2 + 1));
    }

    /** A graph in which each device masks with so many others; an even number, below the devices. */
    static MaskGraph regular(Collection<Integer> devices, int degree, RandomGenerator random) {
        List<Integer> order = new ArrayList<>(new TreeSet<>(devices));
        for (int i = order.size() - 1; i > 0; i--) {
            Collections.swap(order, i, random.nextInt(i + 1));
        }
        SortedMap<Integer, SortedSet<Integer>> circles = new TreeMap<>();
        for (int i = 0; i < order.size(); i++) {
            SortedSet<Integer> circle = new TreeSet<>();
            for (int away = -degree / 2; away <= degree / 2; away++) {
                circle.add(order.get(Math.floorMod(i + away, order.size())));
            }
            circles.put(order.get(i), Collections.unmodifiableSortedSet(circle));
        }
        return new MaskGraph(circles, MaskDegree.threshold(degree));
    }
}
