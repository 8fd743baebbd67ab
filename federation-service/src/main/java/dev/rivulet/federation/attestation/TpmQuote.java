// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.attestation;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * A {@code TPMS_ATTEST} of type quote (TPM 2.0 Library, Part 2, 10.12.8, with {@code TPMS_QUOTE_INFO}, 10.12.1): what a TPM says of
 * its registers.
 *
 * @param qualifyingData what the caller of the TPM gave it, the nonce
 * @param selections registers by bank, in the order of the digest
 * @param digest of the values of those registers, one after the other
 * @param safe whether the TPM's clock never went back
 */
@SuppressWarnings("ArrayRecordComponent")
record TpmQuote(byte[] qualifyingData, List<Selection> selections, byte[] digest, boolean safe) {

    private static final long GENERATED = 0xff544347L;
    private static final int QUOTE = 0x8018;
    private static final int MOST_BANKS = 16;
    private static final int MOST_SELECT_BYTES = 8;

    /**
     * Registers of one bank.
     *
     * @param bank TPM_ALG_ID of its hash
     * @param registers by number
     */
    record Selection(int bank, SortedSet<Integer> registers) {}

    TpmQuote {
        selections = List.copyOf(selections);
    }

    /** @throws IllegalArgumentException if the bytes are no quote that a TPM made of its own */
    static TpmQuote parse(byte[] attest) {
        TpmBytes in = new TpmBytes(attest);
        if (in.uint32() != GENERATED) {
            throw new IllegalArgumentException("the structure was not made by a TPM");
        }
        if (in.uint16() != QUOTE) {
            throw new IllegalArgumentException("the structure is no quote");
        }
        in.buffer(); // qualifiedSigner, a name that depends on where the key lies
        byte[] qualifyingData = in.buffer();
        in.uint64(); // clock
        in.uint32(); // resetCount
        in.uint32(); // restartCount
        int safe = in.uint8();
        in.uint64(); // firmwareVersion
        List<Selection> selections = selections(in);
        byte[] digest = in.buffer();
        in.end();
        return new TpmQuote(qualifyingData, selections, digest, safe == 1);
    }

    private static List<Selection> selections(TpmBytes in) {
        long count = in.uint32();
        if (count > MOST_BANKS) {
            throw new IllegalArgumentException("the quote selects from " + count + " banks");
        }
        List<Selection> selections = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int bank = in.uint16();
            int bytes = in.uint8();
            if (bytes > MOST_SELECT_BYTES) {
                throw new IllegalArgumentException("the quote selects by " + bytes + " bytes");
            }
            selections.add(new Selection(bank, registers(in.take(bytes))));
        }
        return selections;
    }

    private static SortedSet<Integer> registers(byte[] bitmap) {
        SortedSet<Integer> registers = new TreeSet<>();
        for (int register = 0; register < Byte.SIZE * bitmap.length; register++) {
            if ((bitmap[register / Byte.SIZE] & (1 << (register % Byte.SIZE))) != 0) {
                registers.add(register);
            }
        }
        return registers;
    }
}
