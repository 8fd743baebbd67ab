// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.platform;

import dev.rivulet.cli.home.Part;
import dev.rivulet.cli.home.Settings;
import dev.rivulet.cli.home.UsageException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The ports of one {@code up}, all on the loopback address and all free when they were chosen.
 *
 * @param ports port of every part that is to run
 * @param controller port of the broker's controller
 */
record Ports(Map<Part, Integer> ports, int controller) {

    /**
     * Chooses the ports and sees that each is free.
     *
     * @throws UsageException naming every port that is taken, who has it if that is known, and how to choose another
     */
    static Ports choose(Set<Part> parts, Settings settings) {
        List<ServerSocket> held = new ArrayList<>();
        List<String> taken = new ArrayList<>();
        try {
            Map<Part, Integer> ports = new EnumMap<>(Part.class);
            for (Part part : parts) {
                ports.put(part, hold(settings.port(part), part.id(), part.setting() + ".port", held, taken));
            }
            int controller = parts.contains(Part.KAFKA)
                    ? hold(settings.controllerPort(), "kafka's controller", "kafka.controller-port", held, taken)
                    : 0;
            if (!taken.isEmpty()) {
                throw new UsageException(String.join("\n", taken));
            }
            return new Ports(ports, controller);
        } finally {
            held.forEach(Ports::release);
        }
    }

    /** Ports that are free now and all different. */
    static List<Integer> free(int count) throws IOException {
        List<ServerSocket> held = new ArrayList<>();
        try {
            for (int index = 0; index < count; index++) {
                held.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
            }
            return held.stream().map(ServerSocket::getLocalPort).toList();
        } finally {
            held.forEach(Ports::release);
        }
    }

    private static int hold(int port, String who, String setting, List<ServerSocket> held, List<String> taken) {
        try {
            ServerSocket socket = new ServerSocket();
            held.add(socket);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return socket.getLocalPort();
        } catch (IOException e) {
            taken.add(complaint(port, who, setting, held));
            return port;
        }
    }

    /** What is wrong with a port that a part wants; empty if it can be had. */
    static Optional<String> complaint(Part part, Settings settings) {
        List<ServerSocket> held = new ArrayList<>();
        List<String> taken = new ArrayList<>();
        try {
            hold(settings.port(part), part.id(), part.setting() + ".port", held, taken);
            return taken.stream().findFirst();
        } finally {
            held.forEach(Ports::release);
        }
    }

    private static String complaint(int port, String who, String setting, List<ServerSocket> held) {
        boolean ours = held.stream().anyMatch(socket -> socket.isBound() && socket.getLocalPort() == port);
        String owner = ours
                ? "another part was given it too"
                : PortOwner.find(port).map(owning -> "in use by " + owning).orElse("in use");
        return "Port " + port + ", wanted for " + who + ", is taken: " + owner
                + ". Stop that process, or choose another" + " port with " + Settings.variable(setting) + "=… or `"
                + setting + "=…` in rivulet.properties.";
    }

    private static void release(ServerSocket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int of(Part part) {
        Integer port = ports.get(part);
        if (port == null) {
            throw new IllegalArgumentException(part.id() + " was not given a port");
        }
        return port;
    }

    /** Address of a service, without a slash at the end. */
    String url(Part part) {
        return "http://127.0.0.1:" + of(part);
    }
}
