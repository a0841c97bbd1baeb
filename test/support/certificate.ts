import { generate } from "selfsigned";

/** PEM texts; the certificate is its own authority. */
export interface Certificate {
    readonly cert: string;
    readonly key: string;
}

/** A certificate for a server on loopback. */
export async function loopbackCertificate(): Promise<Certificate> {
    const { cert, private: key } = await generate([{ name: "commonName", value: "localhost" }], {
        keyType: "ec",
        algorithm: "sha256",
        extensions: [
            { name: "basicConstraints", cA: true },
            {
                name: "subjectAltName",
                altNames: [
                    { type: 2, value: "localhost" },
                    { type: 7, ip: "127.0.0.1" },
                ],
            },
        ],
    });
    return { cert, key };
}
