// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.media;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;

/** Which addresses of the internet are open to everyone: what lies in a private network is not fetched for a caller (OWASP API7). */
final class Addresses {

    private Addresses() {}

    /** Whether an address is neither private, loopback, link-local, multicast, reserved nor a way round to one of these. */
    static boolean open(InetAddress address) {
        if (address.isAnyLocalAddress()
                || address.isLoopbackAddress()
                || address.isLinkLocalAddress()
                || address.isSiteLocalAddress()
                || address.isMulticastAddress()) {
            return false;
        }
        return switch (address) {
            case Inet4Address four -> open4(four.getAddress());
            case Inet6Address six -> open6(six.getAddress());
            default -> false;
        };
    }

    /** The blocks of RFC 6890 that isSiteLocalAddress leaves out. */
    private static boolean open4(byte[] bytes) {
        int first = bytes[0] & 0xff;
        int second = bytes[1] & 0xff;
        int third = bytes[2] & 0xff;
        boolean shared = first == 100 && second >= 64 && second < 128;
        boolean assigned = first == 192 && second == 0 && (third == 0 || third == 2);
        boolean relay = first == 192 && second == 88 && third == 99;
        boolean benchmark = first == 198 && (second == 18 || second == 19);
        boolean example = first == 198 && second == 51 && third == 100 || first == 203 && second == 0 && third == 113;
        return first != 0 && first != 127 && first < 224 && !shared && !assigned && !relay && !benchmark && !example;
    }

    /** Global unicast, without what embeds an IPv4 address or is for examples. */
    private static boolean open6(byte[] bytes) {
        int first = (bytes[0] & 0xff) << 8 | bytes[1] & 0xff;
        int second = (bytes[2] & 0xff) << 8 | bytes[3] & 0xff;
        boolean global = first >= 0x2000 && first < 0x4000;
        boolean special = first == 0x2001 && (second < 0x200 || second == 0xdb8);
        boolean sixToFour = first == 0x2002;
        boolean documentation = first == 0x3fff;
        return global && !special && !sixToFour && !documentation;
    }
}
