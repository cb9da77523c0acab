/**
 * Signs requests to S3, loaded when an `s3://` input is first opened.
 *
 * @module
 */
import { loadPackage } from "./load_package.ts";

/** Credentials and region of a request. */
export interface S3Credentials {
  /** Id of the access key. */
  readonly accessKeyId: string;
  /** The secret access key. */
  readonly secretAccessKey: string;
  /** Session token, for temporary credentials. */
  readonly sessionToken?: string;
  /** Region of the bucket. */
  readonly region: string;
}

/** The headers of a GET request, signed. */
export async function signedHeaders(url: URL, credentials: S3Credentials): Promise<Headers> {
  const { AwsV4Signer } = await loadPackage<{
    AwsV4Signer: new (
      options: S3Credentials & { url: string; method: string; service: string },
    ) => {
      sign(): Promise<{ headers: Headers }>;
    };
  }>("npm:aws4fetch@1.0.20");
  const signer = new AwsV4Signer({
    ...credentials,
    url: url.href,
    method: "GET",
    service: "s3",
  });
  return (await signer.sign()).headers;
}
