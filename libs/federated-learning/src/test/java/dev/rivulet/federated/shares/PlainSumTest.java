// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.shares;

class PlainSumTest extends SecureSumContractTest {

    @Override
    SecureSum sum(SumSpace space) {
        return new PlainSum(space);
    }
}
